/**
 * A name pattern as users write it: `*` stands for any characters, `?` for one, but for neither a `/`; everything else is
 * literal. Takes time in proportion to the product of both lengths: a pattern may come from a stranger's manifest.
 */
export function matchesPattern(pattern: string, name: string): boolean {
  const wanted = [...pattern];
  const given = [...name];
  // After each character of the pattern: for each beginning of the name, whether it matches so far.
  let matched = [true, ...given.map(() => false)];
  for (const char of wanted) {
    const next = matched.map(() => false);
    for (let at = 0; at <= given.length; at++) {
      const before = given[at - 1];
      if (char === "*") {
        next[at] = matched[at] === true || (before !== undefined && before !== "/" && next[at - 1] === true);
      } else if (before !== undefined && matched[at - 1] === true) {
        next[at] = char === "?" ? before !== "/" : char === before;
      }
    }
    matched = next;
  }
  return matched[given.length] === true;
}

/**
 * An environment's name, or a pattern of such, in two: `glibc-2.36/go-1.15` -> its libc and its Go, undefined where it names none. The
 * name of a branch or a patch may hold slashes itself: `musl@fix/printf/go@go1.8`.
 */
export function partsOf(name: string): [libc: string, go: string | undefined] {
  if (!name.includes("@")) {
    const [libc = "", go] = name.split("/", 2);
    return [libc, go];
  }
  const [, libc = name, go] = /^(.*?)\/(go[-@].*)$/s.exec(name) ?? [];
  return [libc, go];
}

/**
 * An environment pattern against an environment's name: libc and Go are compared apart, and a pattern without `/go-…`
 * matches every Go: `glibc-*` matches `glibc-2.36/go-1.15`.
 */
export function matchesEnvironment(pattern: string, name: string): boolean {
  const [libcPattern, goPattern] = partsOf(pattern);
  const [libc, go] = partsOf(name);
  if (!matchesPattern(libcPattern, libc)) return false;
  return goPattern === undefined || (go !== undefined && matchesPattern(goPattern, go));
}
