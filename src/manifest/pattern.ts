/** A name pattern as users write it: `*` stands for any characters, `?` for one; everything else is literal. */
export function matchesPattern(pattern: string, name: string): boolean {
  const source = pattern.replace(/[\\^$.|+()[\]{}*?]/g, (char) =>
    char === "*" ? "[^/]*" : char === "?" ? "[^/]" : `\\${char}`,
  );
  return new RegExp(`^${source}$`).test(name);
}

/**
 * An environment pattern against an environment's name: libc and Go are compared apart, and a pattern without `/go-…`
 * matches every Go: `glibc-*` matches `glibc-2.36/go-1.15`.
 */
export function matchesEnvironment(pattern: string, name: string): boolean {
  const [libcPattern = "", goPattern] = pattern.split("/", 2);
  const [libc = "", go] = name.split("/", 2);
  if (!matchesPattern(libcPattern, libc)) return false;
  return goPattern === undefined || (go !== undefined && matchesPattern(goPattern, go));
}
