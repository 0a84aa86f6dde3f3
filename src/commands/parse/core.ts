import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { assembleEvidence } from "../../crash/assemble-evidence.js";
import type { LogRecord } from "../../crash/parse-log.js";
import { readCapture } from "../../crash/read/capture.js";
import { signatureOf } from "../../crash/signature.js";
import { askedOf } from "../../cli/asked.js";
import type { CliContext } from "../../cli/command.js";
import type { Engine } from "../../docker/engine.js";
import type { EngineArgs } from "../../cli/flags/engine-flags.js";
import type { SelectionArgs } from "../../cli/flags/selection-flags.js";
import { openEngine } from "../../cli/open-engine.js";
import { provideOne } from "../../cli/provide-one.js";
import { badRequest, infrastructure } from "../../failure.js";
import { prepare, type Prepared } from "../../request/prepare.js";
import { coreTask } from "../../run/capture/core-task.js";
import { readGdbAnswer } from "../../run/capture/gdb-answer.js";
import { runOnce } from "../../run/runner/once.js";
import { loadCatalogue } from "../../request/shelves.js";
import { makeStateFolder, STATE_FOLDER } from "../../workspace/state-folder.js";
import { environmentOf, isGlibc } from "./core-environment.js";
import { withCore, type CoreHead } from "./core-head.js";
import { slimCore } from "./slim-core.js";
import { sysrootFiles } from "./sysroot.js";

/** Where the core lies in the container. */
const INSIDE = "/opt/core/core";
/** It goes into an image's layer, beside the program and libraries (images/sources.ts has the bound of all of them). */
const MAX_CORE = 224 * 1024 * 1024;
/** A core of thousands of threads is mostly stacks that were hardly used: what is zero in it is left out of the copy. */
const SLIM_FROM = 64 * 1024 * 1024;

export interface CoreArgs extends SelectionArgs, EngineArgs {
  readonly core?: string;
  readonly program?: string;
  readonly sysroot?: string;
}

/**
 * The crash that a core file is of, as gdb tells it in the environment's container. Throws a Failure: what the core is not, in words, or that the
 * environment could not be made.
 */
export async function coreRecord(args: CoreArgs, context: CliContext): Promise<LogRecord> {
  const { cwd } = context;
  const { core, program, sysroot } = args;
  if (core === undefined || program === undefined)
    throw badRequest(
      "parse --core needs --program",
      "for example: --core core.1234 --program ./a.out; --env glibc-2.36 where the core does not tell its libc",
    );
  const path = resolve(cwd, core);
  await assertFile(path, core);
  const engine = await openEngine(args, context);
  const folder = await scratchFolder(cwd);
  try {
    const found = await withCore(path, core, async (head, file) => {
      const paths = [...new Set(head.files.map((each) => each.path))];
      return {
        // Before anything is made of a core whose environment nobody knows.
        env: args.env ?? [await chosen(head, core, engine, sysroot)],
        files: sysroot === undefined ? [] : await sysrootFiles(resolve(cwd, sysroot), sysroot, paths),
        packages: packagesOf(head),
        core: await inBounds({ head, file, named: core }, path, folder, context.signal),
      };
    });
    const given = {
      ...args,
      env: found.env,
      file: [...(args.file ?? []), ...found.files],
      package: [...(args.package ?? []), ...found.packages],
    };
    return await lookedAt(given, found.core, engine, context);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A dynamic program of 32 bits needs a loader and a libc beside the image's own: the image's loader checks that a program could run at all. */
function packagesOf({ form, files }: CoreHead): string[] {
  return form.bits === 32 && files.some(({ path }) => isGlibc(path)) ? ["glibc-*:libc6-i386"] : [];
}

/** With the libraries of its own machine a core needs no libc of ours. */
async function chosen(
  head: Parameters<typeof environmentOf>[0],
  core: string,
  engine: Engine,
  sysroot: string | undefined,
): Promise<string> {
  const catalogue = await loadCatalogue();
  return environmentOf(sysroot === undefined ? head : { ...head, files: [] }, core, engine, catalogue);
}

/** In the folder of our own, where a core of gigabytes finds room as campaigns do. */
async function scratchFolder(cwd: string): Promise<string> {
  await makeStateFolder(cwd);
  const folder = join(cwd, STATE_FOLDER, "cores");
  await mkdir(folder, { recursive: true });
  return mkdtemp(join(folder, "core-"));
}

/** The core, or, where it is too large for a layer, what is in it without its zeros. */
async function inBounds(
  core: Parameters<typeof slimCore>[0],
  path: string,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const { size } = await core.file.stat();
  if (size <= SLIM_FROM) return path;
  const slim = join(folder, "core");
  await slimCore(core, slim, MAX_CORE, signal);
  return slim;
}

/** gdb's look at it, in the container of its environment. The copy that goes into the image, of up to 224 MiB, is not kept. */
async function lookedAt(
  args: CoreArgs,
  core: string,
  engine: Engine,
  context: CliContext,
): Promise<LogRecord> {
  const { cwd } = context;
  const asked = {
    ...args,
    repro: args.program ?? "",
    prebuilt: true,
    file: [...(args.file ?? []), `${core}:${INSIDE}`],
  };
  const prepared = await prepare(await askedOf(asked, context.argv, cwd), cwd);
  try {
    return await lookedIn(prepared, args, engine, context);
  } finally {
    await rm(prepared.repro.path, { recursive: true, force: true });
  }
}

async function lookedIn(
  prepared: Prepared,
  args: CoreArgs,
  engine: Engine,
  context: CliContext,
): Promise<LogRecord> {
  const named = args.core ?? "the core";
  const [cell] = prepared.plan.cells;
  if (cell === undefined) throw badRequest("there is no environment to look in");
  const binary = await provideOne(cell, prepared, args, engine, context);
  const { task, mark } = coreTask(cell, binary, INSIDE, { "vivarium.parse": cell.id });
  const { output, timedOut } = await runOnce(engine, task, context.signal);
  if (output === null) throw infrastructure(`${named}: gdb came without its output`);
  const answer = readGdbAnswer(output.stdout, mark, 1);
  const [capture] = answer.captures;
  if (capture === undefined) {
    const why = timedOut ? "gdb did not come to an end in a minute" : answer.problems.join("; ");
    throw badRequest(`${named}: cannot be read: ${why}`, "is it whole, and of this program?");
  }
  return recordOf(capture.json, named);
}

function recordOf(json: string, core: string): LogRecord {
  const read = readCapture(json);
  if ("refused" in read) throw infrastructure(`${core}: ${read.refused}`);
  const { capture } = read;
  const outcome = { kind: "crash" as const, signal: capture.siginfo.signal, exitCode: null };
  const known = { output: null, goTrace: null, captures: { tried: 1, met: 1 }, notes: [] };
  const evidence = assembleEvidence({ ...known, outcome, capture });
  return {
    source: "core",
    lines: { first: 0, last: 0 },
    outcome,
    signature: signatureOf(evidence, outcome),
    evidence,
  };
}

async function assertFile(path: string, named: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw badRequest(`--core ${named}: there is no such file`);
  if (!found.isFile()) throw badRequest(`--core ${named}: it is not a file`);
}
