import type { Terminal } from "../docker/container/interactive.js";
import type { Engine } from "../docker/engine.js";
import type { Binary } from "../images/binary.js";
import { imageFiles, knownInstruments } from "../images/instrument.js";
import { badRequest } from "../failure.js";
import type { Cell } from "../plan/plan.js";
import { debugRequest } from "../run/capture/debug.js";
import { defineCommand } from "../cli/command.js";
import { engineFlags, type EngineArgs } from "../cli/flags/engine-flags.js";
import { selectionFlags, type SelectionArgs } from "../cli/flags/selection-flags.js";
import { askedOf } from "../cli/asked.js";
import { knownSources } from "../cli/known-sources.js";
import { openEngine } from "../cli/open-engine.js";
import { provideOne } from "../cli/provide-one.js";
import { prepare } from "../request/prepare.js";

const ONE = "it looks at one crash, in one environment";
const REFUSED = { across: ONE, "run-on": ONE, perturb: ONE };

type Args = SelectionArgs & EngineArgs & { repro?: string; shell?: boolean };

export const debug = defineCommand<Args>({
  usage: "debug [repro]",
  describe: "open gdb in the container, on this terminal, stopped at the crash",
  examples: [
    ["debug golang-13470 --env glibc-2.36", "gdb at the segfault; `vivarium explain` says what it is"],
    ["debug golang-13470 --env glibc-2.36 --shell", "a shell where attempts run"],
    [
      "debug race.c --env glibc-2.36 --schedule race.json",
      "at the crash that a schedule leads to, and back from it",
    ],
    [
      "debug race.c --env glibc-2.36 --schedule hold.json",
      "where one thread is held, while the others ran on",
    ],
  ],
  options: (yargs) =>
    engineFlags(selectionFlags(yargs, REFUSED))
      .positional("repro", { type: "string", describe: "name, folder or source file" })
      .option("shell", { type: "boolean", describe: "a shell in place of gdb" }) as never,
  refused: REFUSED,
  async act(args, context) {
    const { stdin, stdout, signal } = context;
    if ((stdin as NodeJS.ReadStream).isTTY !== true || stdout.isTTY !== true) {
      throw badRequest("debug needs a terminal", "`vivarium run` collects the same evidence without one");
    }
    const prepared = await prepare(
      await askedOf(args, context.argv, context.cwd),
      context.cwd,
      knownSources(args, context),
    );
    // A person looks at one crash: where several environments are meant, at that of the first.
    const [cell] = prepared.plan.cells;
    if (cell === undefined) throw badRequest("there is no environment to debug in");
    assertPlays(cell, args);
    const { startInteractive } = await import("../docker/container/interactive.js");
    const engine = await openEngine(args, context);
    const binary = await provideOne(cell, prepared, args, engine, context);
    const request = debugRequest({
      cell,
      binary,
      labels: { "vivarium.debug": cell.id },
      shell: args.shell === true,
      terminal: context.env["TERM"] ?? "xterm",
    });
    await assertTools(engine, cell.id, binary);
    const terminal = { input: stdin, output: stdout } as unknown as Terminal;
    const { exitCode } = await startInteractive(engine, request, terminal, signal);
    return exitCode === 0 ? 0 : 1;
  },
});

/** A person looks at one run again: a list of switches, or one hold. */
function assertPlays({ run: { schedule } }: Cell, { schedule: given, repro = "REPRO" }: Args): void {
  if (schedule === undefined || schedule.rule === "play") return;
  const holds = schedule.rule === "hold";
  if (holds && schedule.at !== undefined) return;
  throw badRequest(
    `debug plays one schedule, and --schedule ${given} is a rule`,
    `find one first: vivarium run ${repro} --schedule ${given} --until-crashes ${holds ? 3 : 1}; it leaves ${holds ? "holds" : "schedules"}/*.json`,
  );
}

/** What the person will believe must be ours, as in a capture. */
async function assertTools(engine: Engine, what: string, { image, ranOn }: Binary): Promise<void> {
  const claim = { part: "all", image, expected: ranOn.instrument, what } as const;
  await knownInstruments.assert(claim, imageFiles(engine, image));
}
