import type { Engine } from "../docker/engine.js";
import { Failure, infrastructure } from "../failure.js";
import type { Binary } from "../images/binary.js";
import type { Cell } from "../plan/plan.js";
import type { Prepared } from "../request/prepare.js";
import type { CliContext } from "./command.js";
import type { EngineArgs } from "./flags/engine-flags.js";
import { imageOptions } from "./image-options.js";
import { openProgress } from "./open-progress.js";

/** Builds the program of one cell, for a verb that looks at one. Throws a Failure where it cannot be built. */
export async function provideOne(
  cell: Cell,
  { repro, catalogue, sources }: Pick<Prepared, "repro" | "catalogue" | "sources">,
  args: EngineArgs,
  engine: Engine,
  context: CliContext,
): Promise<Binary> {
  const { provideBinaries } = await import("../images/provide.js");
  const progress = openProgress(args.progress, context);
  const binaries = await provideBinaries(
    { cells: [cell] },
    { engine, repro, catalogue, sources, ...imageOptions(args, context, progress) },
  ).finally(() => progress.close());
  const binary = binaries.get(cell.id);
  if (binary === undefined || binary instanceof Failure)
    throw binary ?? infrastructure(`${cell.id}: was not built`);
  return binary;
}
