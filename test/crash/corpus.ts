import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** One case: a file of headers (`NAME: value`, a name may come again), an empty line, and the raw log. */
export interface Case {
  readonly name: string;
  readonly given: Readonly<Record<string, string>>;
  readonly log: string;
}

/** Values of the headers that the code under test answers with, by name, in order. */
export type Answer = Readonly<Record<string, readonly string[]>>;

const ROOT = fileURLToPath(new URL("../corpus/", import.meta.url));
const UPDATE = process.env["UPDATE"] === "1";

/**
 * Makes a test of every file in test/corpus/<kind>. `given`: headers that are input; `answers`: those that are
 * expectations. Any other header fails. UPDATE=1 rewrites the expectations: look at the diff.
 */
export function testCorpus(
  kind: string,
  headers: { readonly given: readonly string[]; readonly answers: readonly string[] },
  answer: (item: Case) => Answer,
): void {
  const folder = `${ROOT}${kind}/`;
  const files = readdirSync(folder).filter((file) => file.endsWith(".txt"));
  test(`${kind} has cases`, () => expect(files).not.toHaveLength(0));
  for (const file of files) {
    test(`${kind}: ${file.replace(/\.txt$/, "")}`, () => {
      const { fields, log } = split(readFileSync(folder + file, "utf8"));
      const known = [...headers.given, ...headers.answers];
      expect(fields.map(([name]) => name).filter((name) => !known.includes(name))).toEqual([]);
      const inputs = fields.filter(([name]) => headers.given.includes(name));
      const actual = answer({ name: file, given: Object.fromEntries(inputs), log });
      const lines = headers.answers.flatMap((name) =>
        (actual[name] ?? []).map((value) => `${name}: ${value}`),
      );
      if (UPDATE) {
        const head = [...inputs.map(([name, value]) => `${name}: ${value}`), ...lines].join("\n");
        writeFileSync(folder + file, `${head}\n\n${log}`);
      }
      const expected = fields.filter(([name]) => headers.answers.includes(name));
      if (!UPDATE) expect(lines).toEqual(expected.map(([name, value]) => `${name}: ${value}`));
    });
  }
}

function split(text: string): { fields: [string, string][]; log: string } {
  const end = text.indexOf("\n\n");
  const head = end === -1 ? text : text.slice(0, end);
  const fields = head.split("\n").map((line): [string, string] => {
    const colon = line.indexOf(": ");
    if (!/^[A-Z-]+$/.test(line.slice(0, colon))) throw new Error(`not a header: ${line}`);
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
  return { fields, log: end === -1 ? "" : text.slice(end + 2) };
}
