import { stringify } from "yaml";
import type { Plan } from "./plan.js";
import { describeStop } from "./stop.js";

/** The plan for people: YAML, every default filled in, what all cells share written once. */
export function printPlan(plan: Plan): string {
  const [first] = plan.cells;
  const shared =
    first !== undefined &&
    plan.cells.every((cell) => same(cell.build, first.build) && same(cell.run, first.run));
  const cells = plan.cells.map((cell) => ({
    id: cell.id,
    variant: cell.variant,
    libc: `${cell.builtIn.libc.family} ${cell.builtIn.libc.version}`,
    go: cell.builtIn.go?.version ?? null,
    image: cell.builtIn.image,
    ...(cell.ranOn.id === cell.builtIn.id ? {} : { "ran on": cell.ranOn.id }),
    ...(cell.condition === null ? {} : { condition: cell.condition.title }),
    expect: cell.expectation,
    ...(cell.unbuildable === undefined ? {} : { "cannot be built": cell.unbuildable.why }),
    ...(shared ? {} : { build: cell.build, run: cell.run }),
  }));
  return stringify(
    {
      repro: plan.repro,
      variant: plan.variant,
      ...(shared ? { build: first.build, run: first.run } : {}),
      environments: cells,
      counted: plan.counted,
      stop: describeStop(plan.stop),
      seed: plan.seed,
      parallel: plan.parallel,
      block: plan.block,
      confidence: plan.confidence,
      output: plan.output,
      capture: plan.capture,
      comparison: plan.comparison,
      hash: plan.hash,
    },
    { aliasDuplicateObjects: false, lineWidth: 110 },
  );
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
