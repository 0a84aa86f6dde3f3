import { loadCatalogue } from "../../src/request/shelves.js";
import { CONDITIONS } from "../../src/plan/conditions.js";
import { code, page, table } from "./markdown.js";

/** The page of the environments and Go versions of the catalogue. */
export async function environments(): Promise<string> {
  const { environments, gos, images } = await loadCatalogue();
  return page(
    "Environments",
    "An environment is one C library and at most one Go in one image. Flags and manifests name it: `glibc-2.36` (its default Go), `glibc-2.36/go-1.15` (another Go), `'glibc-*'` (a pattern), `'!glibc-2.31'` (not this one). `vivarium list` shows what there is. Environments of any commit: [from source](../how-to/from-source.md).",
    [
      table(
        ["environment", "libc", "Go", "image", "made from"],
        Object.entries(environments).map(([id, { libc, go, image }]) => [
          code(id),
          `${libc.family} ${libc.version} (package ${code(libc.package)})`,
          go ?? "none",
          code(image),
          originOf(images[image]),
        ]),
      ),
      "## Go versions",
      "An older suite's Go runs in a newer suite's environment, not the other way round. Go's own archives are static and run on any.",
      table(
        ["Go", "comes from"],
        Object.entries(gos).map(([name, go]) => [
          code(`go-${name}`),
          "archive" in go
            ? `release archive, checked by ${go.checksum.split(":")[0]}`
            : "image" in go
              ? `suite ${code(go.image)}`
              : "its sources",
        ]),
      ),
    ],
  );
}

function originOf(
  image: { readonly suite?: string | undefined; readonly registry?: string | undefined } | undefined,
): string {
  if (image?.suite !== undefined)
    return `Debian's suite ${image.suite}: by mmdebstrap${image.registry === undefined ? "" : `, or from a registry as ${code(image.registry)}`}`;
  return image?.registry === undefined ? "" : `a registry: ${code(image.registry)}`;
}

/** The page of what `--perturb` can change. */
export function conditions(): string {
  return page(
    "Conditions of --perturb",
    "Each condition changes one thing that is known to make rare crashes more frequent. `--perturb NAME,NAME` or `--perturb all` runs every environment under each, interleaved with plain attempts. Conditions that a program cannot see (Go's, for a C program) are left out.",
    [
      table(
        ["condition", "what it does"],
        CONDITIONS.map(({ name, title }) => [code(name), title]),
      ),
    ],
  );
}
