import { open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { assembleEvidence } from "../../crash/assemble-evidence.js";
import type { LogRecord } from "../../crash/parse-log.js";
import { readCapture } from "../../crash/read/capture.js";
import { signatureOf } from "../../crash/signature.js";
import { snapshotArchive } from "../../campaign/snapshot-archive.js";
import { askedOf } from "../../cli/asked.js";
import type { CliContext } from "../../cli/command.js";
import type { EngineArgs, SelectionArgs } from "../../cli/flags.js";
import { openEngine } from "../../cli/open-engine.js";
import { openProgress } from "../../cli/open-progress.js";
import { badRequest, Failure, infrastructure } from "../../failure.js";
import { prepare } from "../../request/prepare.js";
import { coreTask } from "../../run/capture/core-task.js";
import { readGdbAnswer } from "../../run/capture/gdb-answer.js";
import { runOnce } from "../../run/runner/once.js";

/** Where the core lies in the container. */
const INSIDE = "/opt/core/core";
/** It goes into an image's layer. */
const MAX_CORE = 1024 * 1024 * 1024;

export type CoreArgs = SelectionArgs & EngineArgs & { readonly core?: string; readonly program?: string };

/**
 * The crash that a core file is of, as gdb tells it in the environment's container. Throws a Failure: what the core is not, in words, or that the
 * environment could not be made.
 */
export async function coreRecord(args: CoreArgs, context: CliContext): Promise<LogRecord> {
  const { cwd, signal } = context;
  const { core, program } = args;
  if (core === undefined || program === undefined)
    throw badRequest(
      "parse --core needs --program",
      "for example: --core core.1234 --program ./a.out --env glibc-2.36",
    );
  if (args.env === undefined)
    throw badRequest(
      "parse --core needs --env: the environment whose libc the core's is",
      "`vivarium list` shows them",
    );
  await assertCore(resolve(cwd, core), core);
  const asked = {
    ...args,
    repro: program,
    prebuilt: true,
    file: [...(args.file ?? []), `${core}:${INSIDE}`],
  };
  const { plan, repro, catalogue } = await prepare(await askedOf(asked, context.argv, cwd), cwd);
  const [cell] = plan.cells;
  if (cell === undefined) throw badRequest("there is no environment to look in");
  const { provideBinaries } = await import("../../images/provide.js");
  const engine = await openEngine(args, context);
  const progress = openProgress(args.progress, context);
  const binaries = await provideBinaries(
    { cells: [cell] },
    {
      engine,
      repro,
      catalogue,
      sink: progress.sink,
      base: args.base,
      platform: args.platform,
      snapshotArchive: snapshotArchive(args, cwd),
      signal,
    },
  ).finally(() => progress.close());
  const binary = binaries.get(cell.id);
  if (binary === undefined || binary instanceof Failure)
    throw binary ?? infrastructure(`${cell.id}: was not built`);
  const { task, mark } = coreTask(cell, binary, INSIDE, { "vivarium.parse": cell.id });
  const { output, timedOut } = await runOnce(engine, task, signal);
  if (output === null) throw infrastructure(`${core}: gdb came without its output`);
  const answer = readGdbAnswer(output.stdout, mark, 1);
  const [capture] = answer.captures;
  if (capture === undefined) {
    const why = timedOut ? "gdb did not come to an end in a minute" : answer.problems.join("; ");
    throw badRequest(`${core}: cannot be read: ${why}`, "is it whole, and of this program?");
  }
  return recordOf(capture.json, core);
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

/** Says what is no core before an image is made for it. */
async function assertCore(path: string, named: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw badRequest(`--core ${named}: there is no such file`);
  if (!found.isFile()) throw badRequest(`--core ${named}: it is no file`);
  if (found.size > MAX_CORE)
    throw badRequest(
      `--core ${named}: it has ${found.size} bytes, of which at most ${MAX_CORE} go into a container`,
    );
  const file = await open(path);
  try {
    const head = Buffer.alloc(20);
    await file.read(head, 0, 20, 0);
    if (head.toString("latin1", 0, 4) !== "\x7fELF") throw badRequest(`--core ${named}: it is no ELF file`);
    if (head.readUInt16LE(16) !== 4) throw badRequest(`--core ${named}: it is an ELF file, but no core`);
  } finally {
    await file.close();
  }
}
