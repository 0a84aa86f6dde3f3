import * as z from "zod";
import { Duration, Size } from "./quantity.js";

const Version = z.string().regex(/^\d+(\.\d+)*$/, "a version, such as 2.31");
const Name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits, dashes");

/** Words that hold for versions from `from` on (included) and before `before` (excluded); either may be left out. */
const Range = { from: Version.optional(), before: Version.optional() };

/** One file of `recipes/`: how a libc or a Go is built from its sources. A new one needs no code. */
export const SourceRecipe = z
  .strictObject({
    name: Name.describe("what `--source NAME=PATH` and `NAME@REF` call it"),
    title: z.string(),
    makes: z.enum(["libc", "go"]),
    family: z.enum(["glibc", "musl"]).optional().describe("of a libc"),
    debian: z
      .strictObject({
        source: z.string().describe("source package; $GO stands for the suite's Go, such as 1.19"),
        installed: z
          .string()
          .describe("binary package of it: the source of the version that the suite's image has is taken"),
      })
      .optional()
      .describe("for --source NAME=deb:SUITE"),
    version: z
      .array(z.strictObject({ file: z.string(), pattern: z.string(), prefix: z.string().optional() }))
      .min(1)
      .describe("where the sources say their version; the first that matches"),
    base: z
      .array(z.strictObject({ image: z.string(), ...Range }))
      .optional()
      .describe("of a libc: image of the catalogue that a version is built on and runs in"),
    bootstrap: z
      .array(z.strictObject({ needs: Version, ...Range }))
      .optional()
      .describe("of a Go: the least Go that builds a version"),
    packages: z.array(z.string()).describe("of the distribution, for the build alone"),
    limits: z.strictObject({ disk: Size, memory: Size, processes: z.int().positive(), time: Duration }),
    env: z.record(z.string(), z.string()).optional().describe("environment variables of every step"),
    inPlace: z.boolean().optional().describe("the tree itself is what is used, where it was built"),
    steps: z
      .array(z.strictObject({ name: Name, run: z.string(), ...Range }))
      .min(1)
      .describe("shell commands, in order; $SRC, $OBJ, $PREFIX, $JOBS, $CC, $VERSION, $BOOTSTRAP are set"),
    only: z
      .strictObject({ static: z.string(), dynamic: z.string() })
      .optional()
      .describe(
        "of a libc: what $ONLY is in a step where programs of one kind alone are linked to it; else it is empty",
      ),
    compilers: z
      .strictObject({
        gcc: z.string(),
        clang: z.string().optional(),
        "g++": z.string().optional(),
        "clang++": z.string().optional(),
      })
      .optional()
      .describe("of a libc: programs under $PREFIX that compile and link to it"),
    goFlags: z
      .array(z.strictObject({ cc: z.array(z.string()), env: z.record(z.string(), z.string()), ...Range }))
      .optional()
      .describe("of a Go: what its C compiler and its go command are given when a program is built"),
    files: z
      .record(z.string(), z.string())
      .optional()
      .describe("executable files laid into $PREFIX after the last step: path -> text"),
  })
  .meta({ id: "SourceRecipe", title: "vivarium source recipe" });
export type SourceRecipe = z.infer<typeof SourceRecipe>;

/** Sources that a libc or a Go is built from, resolved once: everything that decides what comes out. */
export const SourcePin = z.strictObject({
  recipe: Name.describe("Name of the recipe: `musl`."),
  ref: z.string().describe("As it was asked for, without patches: `v1.2.4`, `worktree`, `bookworm`."),
  commit: z
    .string()
    .nullable()
    .describe("The whole commit id; for a source package its version and checksum; null for a working tree."),
  tree: z.string().describe("git's id of the tree. A working tree has one, too."),
  dirty: z
    .boolean()
    .nullable()
    .describe("Whether the working tree differs from its last commit; null where it is no working tree."),
  version: z.string().describe("The version that the sources name: `1.2.4`."),
  patches: z
    .array(
      z.strictObject({
        name: z.string().describe("Name of the patch's file."),
        sha256: z.string().describe("sha256 of the patch."),
      }),
    )
    .describe("Patches that were applied, in order."),
  recipeHash: z.string().describe("sha256 of the recipe as it is for this version."),
  steps: z.array(z.string()).describe("The recipe's command lines for this version, with every flag."),
});
export type SourcePin = z.infer<typeof SourcePin>;

/** Whether a version lies in a range of a recipe. Versions are compared number by number. */
export function inRange(
  version: string,
  { from, before }: { readonly from?: string | undefined; readonly before?: string | undefined },
): boolean {
  return (
    (from === undefined || compareVersions(version, from) >= 0) &&
    (before === undefined || compareVersions(version, before) < 0)
  );
}

/** Below 0 where `a` is older, above 0 where it is newer: `1.9` is older than `1.15`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(".").map(Number)) as [number[], number[]];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
