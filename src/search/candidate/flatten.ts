import type { Expectation, Manifest, Variant } from "../../manifest/repro.js";
import { matchesPattern } from "../../manifest/pattern.js";
import type { CampaignRequest } from "../../plan/request.js";

/**
 * A manifest with one variant only, and what flags changed of it, written out: a search changes one program, and a repro that it writes
 * is that one. Paths of files that flags added are the staged repro's.
 */
export function flattened(
  manifest: Manifest,
  name: string,
  { build = {}, run = {} }: CampaignRequest,
): Manifest {
  const { variants, default: _default, expect = [], ...top } = manifest;
  const variant: Variant = variants?.[name] ?? {};
  const { cflags, ldflags, goflags, patches, env, files, args, ...single } = variant;
  const flat: Record<string, unknown> = {
    ...top,
    ...single,
    ...given({ link: build.link, cc: build.cc, cgo: build.cgo, sanitize: build.sanitize }),
    ...lists({
      cflags: [top.cflags, cflags, build.cflags],
      ldflags: [top.ldflags, ldflags, build.ldflags],
      goflags: [top.goflags, goflags, build.goflags],
      patches: [top.patches, patches],
    }),
    ...records({ files: [top.files, files, run.files], env: [top.env, top.run?.env, env, run.env] }),
  };
  const arguments_ = run.args ?? args ?? top.run?.args ?? top.args;
  if (arguments_ !== undefined && arguments_.length > 0) flat["args"] = arguments_;
  const runs = runOf(top, run);
  if (runs === null) delete flat["run"];
  else flat["run"] = runs;
  const lines = expect.filter((line) => line.variant === undefined || matchesPattern(line.variant, name));
  if (lines.length > 0) flat["expect"] = lines.map(({ variant: _variant, ...line }): Expectation => line);
  return flat as Manifest;
}

/** How attempts are run, without what stands at the manifest's top level now; null where that is nothing. */
function runOf(
  { run: own = {} }: Pick<Manifest, "run">,
  run: NonNullable<CampaignRequest["run"]>,
): object | null {
  const { args: _args, env: _env, ...rest } = own;
  const runs = { ...rest, ...given({ user: run.user, timeout: run.timeout, stdin: run.stdin }) };
  return Object.keys(runs).length > 0 ? runs : null;
}

function given(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function lists(parts: Record<string, readonly (readonly string[] | undefined)[]>): Record<string, string[]> {
  const joined = Object.entries(parts).map(([key, all]) => [key, all.flatMap((each) => each ?? [])] as const);
  return Object.fromEntries(joined.filter(([, all]) => all.length > 0));
}

function records(
  parts: Record<string, readonly (Readonly<Record<string, string>> | undefined)[]>,
): Record<string, Record<string, string>> {
  const joined = Object.entries(parts).map(
    ([key, all]) => [key, Object.assign({}, ...all) as Record<string, string>] as const,
  );
  return Object.fromEntries(joined.filter(([, all]) => Object.keys(all).length > 0));
}
