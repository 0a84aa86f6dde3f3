import { createHash } from "node:crypto";
import type { Engine } from "../../src/docker/engine.js";
import { exitCode, termSignal } from "../../src/run/attempt.js";
import { runCampaign, type CampaignInput } from "../../src/run/campaign.js";
import type { CampaignOutcome } from "../../src/run/state/campaign-outcome.js";
import { Containers } from "../../src/run/runner/containers.js";
import type { OpenCampaign } from "../../src/run/store/open-campaign.js";
import type { Judge } from "../../src/run/verdict.js";
import type { Binary } from "../../src/images/binary.js";
import type { Plan } from "../../src/plan/plan.js";
import { binariesOf, planOf, type PlanShape } from "../run/plans.js";
import { noStatistics } from "../run/drawn-executor.js";

/** A plan whose attempts run a program of the runner's image. */
export function engineProgram(
  image: string,
  shape: PlanShape,
  args: readonly string[],
): { readonly plan: Plan; readonly binaries: ReadonlyMap<string, Binary> } {
  const plan = planOf(shape);
  const cells = plan.cells.map((cell) => ({ ...cell, run: { ...cell.run, args } }));
  const ours = { ...plan, cells, output: { ...plan.output, keep: "all" as const } };
  const binaries = [...binariesOf(ours)].map(([id, binary]): [string, Binary] => [
    id,
    { ...binary, image, program: "/attempt" },
  ]);
  return { plan: ours, binaries: new Map(binaries) };
}

/** The label of every container of a campaign. */
export function campaignLabels({ header }: OpenCampaign): Readonly<Record<string, string>> {
  return { "vivarium.test": "campaign", "vivarium.campaign": header.id };
}

/** How an attempt ended, in words that a program can print: `exit 3`, `signal 11`. */
export const endJudge: Judge = (_cell, { status, timedOut }) => {
  const signal = termSignal(status);
  if (timedOut) return { key: "timeout", outcome: "timeout", counted: false };
  if (signal !== null) return { key: `signal ${signal}`, outcome: "crash", counted: true };
  const code = exitCode(status);
  return { key: `exit ${code}`, outcome: code === 0 ? "clean" : "exit", counted: false };
};

/** Images of a test's own programs are no environment's: the runner that they hold is theirs. */
export async function withItsRunner(
  engine: Engine,
  binaries: ReadonlyMap<string, Binary>,
): Promise<ReadonlyMap<string, Binary>> {
  const found = [...binaries].map(async ([id, binary]): Promise<[string, Binary]> => {
    const content = await engine.readFile(binary.image, "/opt/vivarium/runner");
    const runner = createHash("sha256").update(content).digest("hex");
    return [id, { ...binary, ranOn: { ...binary.ranOn, instrument: { runner, all: "" } } }];
  });
  return new Map(await Promise.all(found));
}

/** Runs an open campaign in containers of the engine. */
export async function runOnEngine(
  engine: Engine,
  campaign: OpenCampaign,
  binaries: ReadonlyMap<string, Binary>,
  given: Partial<Pick<CampaignInput, "signal" | "progress">> = {},
): Promise<CampaignOutcome> {
  return runCampaign({
    campaign,
    binaries: await withItsRunner(engine, binaries),
    executor: new Containers(engine, campaignLabels(campaign), campaign.sinceStart),
    judge: endJudge,
    statistics: noStatistics,
    progress: () => undefined,
    signal: new AbortController().signal,
    ...given,
  });
}
