import * as z from "zod";
import { SourcePin, SourceRecipe } from "./source-recipe.js";

const Checksum = z.templateLiteral([z.enum(["sha256", "sha1"]), ":", z.string().regex(/^[0-9a-f]{40,64}$/)]);

/** An image that environments are built from: a distribution's suite, or an official image of a registry. */
export const CatalogueImage = z.strictObject({
  dockerfile: z.string().describe("file in dockerfiles/ that turns the base image into an environment image"),
  registry: z.string().describe("base image for --base registry: name:tag, pinned by digest on first use"),
  suite: z
    .string()
    .optional()
    .describe("suite for --base bootstrap (mmdebstrap); without one there is no bootstrap"),
  native: z
    .enum(["glibc", "musl"])
    .optional()
    .describe("the libc that the image's own compiler links to (default glibc)"),
  rank: z.int().describe("age of the suite: the Go of an image of equal or lower rank fits into this one"),
  packages: z.array(z.string()).describe("installed by the Dockerfile, recommendations left out"),
  overlay: z
    .strictObject({ suite: z.string(), packages: z.array(z.string()) })
    .optional()
    .describe("packages taken from a further suite of the same archive"),
  rolling: z.boolean().optional().describe("the suite moves: its Release file may be past its Valid-Until"),
  snapshot: z
    .string()
    .regex(/^\d{8}T\d{6}Z$/)
    .optional()
    .describe("archive snapshot stamp"),
});
export type CatalogueImage = z.infer<typeof CatalogueImage>;

export const CatalogueEnvironment = z.strictObject({
  image: z.string(),
  libc: z.strictObject({
    family: z.enum(["glibc", "musl"]),
    version: z.string().describe("asserted: the build fails where the image's real version is another"),
    package: z.string(),
    source: SourcePin.optional().describe("what it is built from; without it, it is the image's own"),
  }),
  go: z.string().nullable().describe("default Go of this libc"),
});

export type CatalogueEnvironment = z.infer<typeof CatalogueEnvironment>;

export const CatalogueGo = z.union([
  z.strictObject({ image: z.string(), version: z.string().describe("asserted") }),
  z.strictObject({ archive: z.url(), checksum: Checksum, version: z.string() }),
  z.strictObject({ source: SourcePin, version: z.string() }),
]);
export type CatalogueGo = z.infer<typeof CatalogueGo>;

/** `dockerfiles/catalogue.yaml`: what environments there are. */
export const Catalogue = z.strictObject({
  images: z.record(z.string(), CatalogueImage),
  /** Go toolchains by short name: `1.19`. */
  gos: z.record(z.string(), CatalogueGo),
  /** Environments by the name of the libc that they pin: `glibc-2.36`. */
  environments: z.record(z.string(), CatalogueEnvironment),
  /** How sources are built, by name: only where an environment is built from some. */
  recipes: z.record(z.string(), SourceRecipe).optional(),
});
export type Catalogue = z.infer<typeof Catalogue>;
