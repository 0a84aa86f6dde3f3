import { badRequest } from "../failure.js";
import type { CampaignRequest } from "../plan/request.js";
import type { NamedRepro } from "../request/subject.js";
import type { CampaignArgs } from "./flags/campaign-flags.js";
import type { SelectionArgs } from "./flags/selection-flags.js";

/** Words of `--arg` and, where a repro is named, those after `--`; without a repro those are a command of the image. */
function programArguments({
  arg,
  repro,
  "--": rest,
}: Pick<SelectionArgs, "arg"> & NamedRepro): string[] | undefined {
  const words = repro === undefined ? [] : (rest ?? []).map(String);
  return arg === undefined && words.length === 0 ? undefined : [...(arg ?? []), ...words];
}

/** The request that flags make. `runs` is what `--detect` came to, which only the statistics know. */
export function requestOf(
  args: SelectionArgs & Partial<CampaignArgs> & NamedRepro,
  runs?: number,
): CampaignRequest {
  return defined({
    environments: args.env,
    sources: args.source,
    buildOn: args.buildOn,
    variant: args.variant,
    across: args.across,
    runOn: args.runOn,
    perturb: args.perturb,
    expect: args.expect,
    build: defined({
      link: args.link,
      cc: args.cc,
      cflags: words(args.cflags),
      ldflags: words(args.ldflags),
      goflags: words(args.goflags),
      cgo: args.cgo,
      sanitize: args.sanitize,
      command: args.build,
      test: args.test,
      target: args.target,
      packages: separate(args.package),
    }),
    run: defined({
      args: programArguments(args),
      env: pairs(args.envVar, "=", "--env-var", "NAME=VALUE", "GODEBUG=netdns=cgo"),
      files: flip(pairs(args.file, ":", "--file", "SRC:DEST", "./nsswitch.conf:/etc/nsswitch.conf")),
      user: args.user,
      timeout: args.timeout,
      stack: args.stack,
      memory: args.memory,
      stdin: args.stdin,
      tty: args.tty,
      directory: args.directory,
      limits: pairs(separate(args.limit), "=", "--limit", "NAME=VALUE", "files=4096"),
      network: args.network,
      capabilities: args.capAdd,
      locales: separate(args.locale),
      signals: separate(args.sendSignal),
      hosts: pairs(args.addHost, ":", "--add-host", "NAME:ADDRESS", "db.example:127.0.0.1"),
    }),
    stop: defined({
      runs: runs ?? args.runs,
      untilCrashes: args.untilCrashes,
      cap: args.cap,
      for: args.for,
      untilDecided: args.untilDecided,
      rate: args.rate,
    }),
    parallel: args.parallel,
    seed: args.seed,
    baseline: args.baseline,
    allPairs: args.allPairs,
    captures: args.captures,
  }) as CampaignRequest;
}

/** Without the fields that were not given. */
function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

/** `--cflags "-O0 -g"` -> two flags, as a shell's user expects. */
function words(flags: string[] | undefined): string[] | undefined {
  return flags?.flatMap((text) => text.split(/\s+/).filter((word) => word !== ""));
}

/** `--package make,cmake` -> two. */
function separate(list: string[] | undefined): string[] | undefined {
  return list?.flatMap((text) => text.split(",").filter((word) => word !== ""));
}

function pairs(
  list: string[] | undefined,
  mark: string,
  flag: string,
  form: string,
  example: string,
): Record<string, string> | undefined {
  if (list === undefined) return undefined;
  return Object.fromEntries(
    list.map((text) => {
      const at = text.indexOf(mark);
      if (at <= 0 || (mark === ":" && at === text.length - 1))
        throw badRequest(`${flag} ${text}: not of the form ${form}`, `for example: ${flag} ${example}`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

/** `SRC:DEST` -> destination -> source, as the manifest's `files`. */
function flip(files: Record<string, string> | undefined): Record<string, string> | undefined {
  if (files === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(files).map(([source, destination]) => {
      if (!destination.startsWith("/")) {
        throw badRequest(
          `--file ${source}:${destination}: the destination is a path from the container's root`,
          `write --file ${source}:/${destination}`,
        );
      }
      return [destination, source];
    }),
  );
}
