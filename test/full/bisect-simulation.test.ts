import { describe, expect, it } from "vitest";
import { HEAD, ROWS, rowText, simulateRow, type Row } from "../search/strategy/simulation-table.js";

/** Bisections of each row, and of those that compare with git_bayesect's rule, which weighs a thousand choices where ours weighs twenty. */
const COUNT = Number(process.env["BISECTIONS"] ?? 2000);
const few = ({ bad }: Row): number => Math.min(COUNT, bad >= 0.5 ? 100 : bad === 0.1 ? 20 : 5);

/** The table of docs/explanation/bisection.md: `npx vitest run --config test/full/vitest.config.ts test/full/bisect-simulation.test.ts`. */
describe("simulated bisections, at full size", () => {
  const lines: string[] = [];
  it.each(ROWS.map((row) => [JSON.stringify(row), row] as const))("%s", (_, row) => {
    const outcome = simulateRow(row, COUNT, few(row));
    lines.push(rowText(outcome));
    expect(outcome.ours.wrong).toBeLessThanOrEqual(0.01 * COUNT);
    expect(outcome.ours.undecided).toBeLessThanOrEqual(0.05 * COUNT);
  });
  it("prints the table", () => {
    process.stdout.write(`${HEAD}\n${lines.join("\n")}\n`);
    expect(lines).toHaveLength(ROWS.length);
  });
});
