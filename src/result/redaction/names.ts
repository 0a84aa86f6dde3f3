import type { Pattern } from "./secrets.js";

/** Who and where the report was made: what `redact` is told, as it cannot know. */
export interface Known {
  readonly users?: readonly string[];
  readonly homes?: readonly string[];
  readonly hosts?: readonly string[];
  /** Environment variables of this machine that are not the repro's. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Accounts and hosts that every machine has: their names tell nothing, and are words of many reports. */
const COMMON = new Set(
  "root nobody user users daemon bin sys www www-data games mail admin administrator test guest docker runner build builder ci jenkins vagrant debian ubuntu alpine fedora go golang main localhost localdomain host".split(
    " ",
  ),
);

/** Folders that are home to nobody in particular. */
const SHARED = new Set([
  "/",
  "/root",
  "/nonexistent",
  "/home",
  "/Users",
  "/tmp",
  "/var",
  "/usr",
  "/opt",
  "/srv",
]);

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

function byLength(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort((a, b) => b.length - a.length);
}

/** A name between characters that are no letters or digits: `alice_old` and `~alice/` hold it, `malice` does not. */
function word(what: string, name: string, replacement: string): Pattern {
  return {
    what,
    pattern: new RegExp(`(?<![\\p{L}\\p{N}])${literally(name)}(?![\\p{L}\\p{N}])`, "giu"),
    replacement,
  };
}

/** Variables whose values are worth hiding: long enough to be found by, and not what every machine has. */
function variables(known: Known): Pattern[] {
  return Object.entries(known.variables ?? {}).flatMap(([name, value]) => [
    {
      what: "environment variable",
      pattern: new RegExp(`(?<![\\w])(${literally(name)}=)[^\\n]{1,4096}`, "g"),
      replacement: "$1[value]",
    },
    ...(value.length >= 8 && !/^[\d.]+$/.test(value) && !SHARED.has(value)
      ? [{ what: "environment variable", pattern: new RegExp(literally(value), "g"), replacement: "[value]" }]
      : []),
  ]);
}

/** Patterns for what is known of this machine; longer ones first, as a host's full name holds its short one. */
export function knownPatterns(known: Known): Pattern[] {
  const homes = byLength((known.homes ?? []).map((path) => path.replace(/[/\\]+$/, ""))).filter(
    (path) => path.length > 2 && !SHARED.has(path),
  );
  const named = (names: readonly string[] = []) =>
    byLength(names).filter((name) => name.length >= 2 && !COMMON.has(name.toLowerCase()));
  const hosts = named((known.hosts ?? []).flatMap((host) => [host, host.split(".")[0] ?? host]));
  return [
    ...homes.map((path) => ({
      what: "home folder",
      pattern: new RegExp(`${literally(path)}(?![\\p{L}\\p{N}_.-])`, "gu"),
      replacement: "[home]",
    })),
    ...hosts.map((host) => word("host name", host, "[host]")),
    ...named(known.users).map((user) => word("user name", user, "[user]")),
    ...variables(known),
  ];
}
