import { describe, expect, test } from "vitest";
import { parseLog } from "../../../src/crash/parse-log.js";
import { forms } from "./forms.js";

describe("the lines of a record, read alone", () => {
  test("give the same record", () => {
    const changed = forms()
      // A prefix that no form knows is learned of many lines.
      .filter(({ name, log }) => log[0] !== 0xff && !/^w-/.test(name))
      .flatMap((form) => {
        const lines = form.log.toString("utf8").split("\n");
        return parseLog(form.log).records.flatMap(({ lines: { first, last }, signature, source }) => {
          const alone = parseLog(lines.slice(first - 1, last).join("\n")).records;
          const same = alone.some(
            (record) => record.source === source && record.signature.id === signature.id,
          );
          return same
            ? []
            : [
                {
                  form: form.name,
                  first,
                  last,
                  title: signature.title,
                  alone: alone.map((r) => `${r.source} ${r.signature.title}`),
                },
              ];
        });
      });
    expect(changed).toEqual([]);
  });
});
