import type { Plan } from "../plan/plan.js";
import { compareStrata } from "../stats/strata.js";
import { percent, rateWithInterval } from "../text/numbers.js";
import type { EnvironmentRecord } from "./result.js";

/** The environments, each with what its machines say of each other. */
export function withStrata(environments: readonly EnvironmentRecord[], plan: Plan): EnvironmentRecord[] {
  const cells = environments.map(({ id, nodes = [] }) => ({
    id,
    of: plan.counted.of,
    strata: nodes.map(({ id: node, attempts, counted }) => ({ node, attempts, counted })),
  }));
  const verdicts = compareStrata(cells, plan.confidence);
  return environments.map((environment) => {
    const found = verdicts.find(({ id }) => id === environment.id);
    if (found === undefined) return environment;
    const { adjustedPValue, differs, stratified } = found;
    return { ...environment, strata: { adjustedPValue, differs, stratified } };
  });
}

/** What the reader must know of rates that differ between machines. */
export function strataWarnings(environments: readonly EnvironmentRecord[]): string[] {
  return environments.flatMap(({ id, nodes = [], rate, strata }) => {
    if (strata === undefined || !strata.differs) return [];
    const rates = nodes
      .filter(({ attempts }) => attempts > 0)
      .map((node) => `${percent(node.counted / node.attempts)} on ${node.hostname} (${node.id.slice(0, 8)})`);
    return [
      `${id}: rates differ between machines: ${rates.join(", ")}; pooled ${rateWithInterval(rate)}, each machine counted the same ${rateWithInterval(strata.stratified)}`,
    ];
  });
}
