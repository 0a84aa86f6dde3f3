import { expect, test } from "vitest";
import { parseLog } from "../../../src/crash/parse-log.js";
import { forms, type Form } from "./forms.js";
import { testWrappings } from "./wrappings.js";

/** Of each reader. All forms in all wrappings take minutes: test/full/wrapping.test.ts. */
const OF_EACH = 2;

/** The first forms in which each reader finds something, and some in which none does. */
function sample(): Form[] {
  const counts = new Map<string, number>();
  return forms().filter(({ log, name }) => {
    if (/^w(?:rap)?\d?-/.test(name)) return false;
    const source = parseLog(log).records[0]?.source ?? "none";
    const count = (counts.get(source) ?? 0) + 1;
    counts.set(source, count);
    return count <= OF_EACH;
  });
}

testWrappings(sample());

test("one prefix before all lines of a long log costs none of its crashes", () => {
  const logs = sample().map(({ log }) => log.toString("utf8").trimEnd());
  const plain = `${logs.join("\n\n")}\n`;
  const behind = plain.replace(/^/gm, "[stderr] ");
  const seen = (log: string): string[] => parseLog(log).records.map(({ signature }) => signature.id);
  expect(seen(behind)).toEqual(expect.arrayContaining(seen(plain)));
  expect(seen(behind).length).toBeGreaterThanOrEqual(seen(plain).length);
});

test.each([400, 8000])("a line that comes %d times hides no prefix that all lines have", (times) => {
  const again = "sync of bucket done, next one is due soon\n".repeat(times);
  const crash =
    forms()
      .find(({ name }) => name === "asan-plain")
      ?.log.toString("utf8") ?? "";
  const plain = (again + crash).repeat(3).trimEnd();
  const seen = (log: string): string[] => parseLog(log).records.map(({ signature }) => signature.id);
  expect(seen(plain)).toHaveLength(3);
  expect(seen(plain.replace(/^/gm, "[stderr] "))).toEqual(seen(plain));
});
