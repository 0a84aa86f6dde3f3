import type { Manifest } from "../../manifest/repro.js";

/** A setting of a manifest that can be left out. `path`: where it stands, a list's element by its index. */
export interface Setting {
  /** What it is, for people: `cflags -pthread`, `environment variable GODEBUG=netdns=cgo`. */
  readonly title: string;
  readonly path: readonly (string | number)[];
}

const LISTS = { cflags: "flag", ldflags: "linker flag", goflags: "flag", patches: "patch" } as const;

/** Everything of a flattened manifest that is not the program and could be left out. */
export function settingsOf(manifest: Manifest): Setting[] {
  return [...buildSettings(manifest), ...runSettings(manifest), ...sourceSettings(manifest)];
}

function buildSettings(manifest: Manifest): Setting[] {
  return (Object.entries(LISTS) as [keyof typeof LISTS, string][]).flatMap(([key, what]) =>
    (manifest[key] ?? []).map((value, i) => ({ title: `${what} ${value}`, path: [key, i] })),
  );
}

function runSettings({ args = [], env = {}, files = {}, run = {} }: Manifest): Setting[] {
  return [
    ...args.map((value, i) => ({ title: `argument ${value}`, path: ["args", i] })),
    ...Object.entries(env).map(([name, value]) => ({
      title: `environment variable ${name}=${value}`,
      path: ["env", name],
    })),
    ...Object.keys(files).map((path) => ({ title: `file ${path}`, path: ["files", path] })),
    ...(run.stdin === undefined ? [] : [{ title: "standard input", path: ["run", "stdin"] }]),
    ...(run.user === undefined ? [] : [{ title: `user ${run.user}`, path: ["run", "user"] }]),
    ...Object.keys(run.limits ?? {}).map((name) => ({
      title: `limit ${name}`,
      path: ["run", "limits", name],
    })),
  ];
}

function sourceSettings({ sources }: Manifest): Setting[] {
  if (sources.length <= 1) return [];
  return sources.map((source, i) => ({ title: `source ${source}`, path: ["sources", i] }));
}

/** The manifest without some settings; a list or map that nothing is left of goes, too. */
export function withoutSettings(
  manifest: Manifest,
  paths: readonly (readonly (string | number)[])[],
): Manifest {
  const copy = structuredClone(manifest) as unknown as Record<string, unknown>;
  // Later elements of a list first, so that the earlier ones keep their places.
  const ordered = [...paths].sort((a, b) => Number(b.at(-1)) - Number(a.at(-1)) || 0);
  for (const path of ordered) leaveOut(copy, path);
  return copy as unknown as Manifest;
}

function leaveOut(from: Record<string, unknown>, [key, ...rest]: readonly (string | number)[]): void {
  if (key === undefined) return;
  if (Array.isArray(from)) from.splice(Number(key), 1);
  else if (rest.length === 0) delete from[key];
  else {
    const inner = from[key] as Record<string, unknown>;
    leaveOut(inner, rest);
    if (Object.keys(inner).length === 0) delete from[key];
  }
}
