import type { Built } from "../bench.js";

/**
 * What two points have in common where they are one: the program, and the libc that it finds where it runs. A dynamic program is the same for
 * every commit of its libc, and a static one of glibc loads NSS modules and converters; a static one of musl loads nothing.
 */
export function whatRuns({ binary, cell }: Pick<Built, "binary" | "cell">): string {
  const { libc, image } = cell.ranOn;
  const loadsNothing =
    binary.linked?.loader === null && libc.family === "musl" && cell.builtIn.libc.family === "musl";
  if (loadsNothing) return binary.sha256;
  const { source } = libc;
  const found =
    source === undefined
      ? [binary.ranOn.libc.package]
      : [source.tree, source.recipeHash, ...source.patches.map(({ sha256 }) => sha256)];
  return [binary.sha256, image, ...found].join(" ");
}
