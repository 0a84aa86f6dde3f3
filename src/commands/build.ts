import { Failure } from "../failure.js";
import { defineCommand } from "../cli/command.js";
import { engineFlags, lockFlags, type EngineArgs } from "../cli/flags/engine-flags.js";
import { selectionFlags, type SelectionArgs } from "../cli/flags/selection-flags.js";
import { askedOf } from "../cli/asked.js";
import { openLockFile, type LockRequest } from "../workspace/lock-file.js";
import { knownSources } from "../cli/known-sources.js";
import { openEngine } from "../cli/open-engine.js";
import { imageOptions } from "../cli/image-options.js";
import { openProgress } from "../cli/open-progress.js";
import { prepare } from "../request/prepare.js";

export const build = defineCommand<
  SelectionArgs & EngineArgs & LockRequest & { repro?: string; json?: boolean }
>({
  usage: "build [repro]",
  describe: "make the images and binaries of a campaign, without running it",
  examples: [
    ["build golang-13470 --env glibc-2.36", "the environment's image and the program in it"],
    ["build crash.c --env 'glibc-*,musl-*'", "a C file on every libc"],
    ["build golang-13470 --lock", "pin base images and packages in vivarium.lock, for run --locked"],
  ],
  options: (yargs) =>
    lockFlags(engineFlags(selectionFlags(yargs)))
      .positional("repro", { type: "string", describe: "name, folder or source file" })
      .option("json", { type: "boolean", group: "Output:", describe: "JSON on stdout" }) as never,
  async act(args, context) {
    const { plan, repro, catalogue, sources } = await prepare(
      await askedOf(args, context.argv),
      context.cwd,
      knownSources(args, context),
    );
    const pins = await openLockFile(context.cwd, args);
    const { provideBinaries } = await import("../images/provide.js");
    const engine = await openEngine(args, context);
    const progress = openProgress(args.progress, context);
    const binaries = await provideBinaries(plan, {
      engine,
      repro,
      catalogue,
      sources,
      pins,
      ...imageOptions(args, context, progress),
    }).finally(() => progress.close());
    await pins?.write();
    const failures = [...binaries].filter((entry): entry is [string, Failure] => entry[1] instanceof Failure);
    const built = [...binaries].flatMap(([environment, binary]) =>
      binary instanceof Failure ? [] : [{ environment, ...binary }],
    );
    if (args.json === true) context.stdout.write(`${JSON.stringify(built, null, 2)}\n`);
    else
      for (const { environment, image, sha256 } of built)
        context.stdout.write(`${environment}  ${image}  ${sha256}\n`);
    return tellFailures(failures, context.stderr);
  },
});

/** Tells every environment's failure on stderr; the exit code that they come to. */
export function tellFailures(
  failures: readonly (readonly [string, Failure])[],
  stderr: { write(text: string): unknown },
): number {
  for (const [environment, failure] of failures) {
    stderr.write(`vivarium: ${environment}: ${failure.message}\n`);
    if (failure.remedy !== null) stderr.write(`${failure.remedy.replace(/^/gm, "  ")}\n`);
  }
  return Math.max(0, ...failures.map(([, failure]) => failure.exitCode));
}
