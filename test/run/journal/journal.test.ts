import fc from "fast-check";
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { asJournaled, readRows } from "../../../src/run/journal/attempt-row.js";
import type { Attempt } from "../../../src/run/attempt.js";
import type { BatchEntry, JournalEntry } from "../../../src/run/journal/entry.js";
import { checked, checksummed } from "../../../src/run/journal/line.js";
import { readJournal, type JournalLine } from "../../../src/run/journal/reader.js";
import { JournalWriter } from "../../../src/run/journal/writer.js";
import { OUTCOMES, type Verdict } from "../../../src/run/verdict.js";
import { nearlyFull } from "../nearly-full.js";

async function emptyFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "vivarium-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "journal.jsonl");
  await writeFile(path, "");
  return path;
}

async function linesOf(path: string): Promise<JournalLine[]> {
  const lines: JournalLine[] = [];
  for await (const line of readJournal(path)) lines.push(line);
  return lines;
}

const count = fc.nat({ max: 1e9 });
const millis = fc.double({ min: 0, max: 1e8, noNaN: true });
const attempt: fc.Arbitrary<Attempt> = fc.record(
  {
    number: fc.integer({ min: 1, max: 1e7 }),
    startMs: millis,
    durationMs: millis,
    userMs: millis,
    systemMs: millis,
    maxRssKiB: count,
    status: fc.integer({ min: 0, max: 0xffff }),
    timedOut: fc.boolean(),
    leftovers: fc.nat({ max: 300 }),
    signalsSent: fc.integer({ min: 1, max: 64 }),
    bytesOut: count,
    bytesErr: count,
    output: fc.constant(null),
    oom: fc.boolean(),
  },
  {
    requiredKeys: [
      "number",
      "startMs",
      "durationMs",
      "userMs",
      "systemMs",
      "maxRssKiB",
      "status",
      "timedOut",
      "leftovers",
      "bytesOut",
      "bytesErr",
      "output",
    ],
  },
);
const verdict: fc.Arbitrary<Verdict> = fc.record({
  key: fc.string(),
  outcome: fc.constantFrom(...OUTCOMES),
  counted: fc.boolean(),
});

describe("attempts in a journal", () => {
  test("come back as they were, times to the microsecond", async () => {
    const path = await emptyFile();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: 3 }), attempt, verdict, fc.nat({ max: 9 }))),
        async (given) => {
          const writer = await JournalWriter.open(path, 0);
          for (const [cell, each, judged, key] of given)
            writer.attempt(cell, each, judged, key, each.startMs);
          await writer.close();
          const batches = (await linesOf(path)).map(({ value }) => value as BatchEntry);
          for (let cell = 0; cell <= 3; cell++) {
            const rows = batches
              .filter((batch) => batch.cell === cell)
              .flatMap((batch) => [...readRows(batch.rows)]);
            expect(rows).toEqual(
              given
                .filter(([of]) => of === cell)
                .map(([, each, { outcome, counted }, key]) => ({
                  attempt: asJournaled(each),
                  outcome,
                  counted,
                  key,
                })),
            );
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  test("take less than 100 bytes each, even in batches of ten", async () => {
    const path = await emptyFile();
    const writer = await JournalWriter.open(path, 0);
    for (let number = 1; number <= 1000; number++) {
      const each: Attempt = {
        number,
        startMs: 3_600_000 + number * 1.7,
        durationMs: 1.123,
        userMs: 0.512,
        systemMs: 0.987,
        maxRssKiB: 1432,
        status: 139,
        timedOut: false,
        leftovers: 0,
        bytesOut: 0,
        bytesErr: 4321,
        output: null,
      };
      writer.attempt(0, each, { key: "SIGSEGV", outcome: "crash", counted: true }, 1, each.startMs);
      if (number % 10 === 0) await writer.flush();
    }
    await writer.close();
    expect((await stat(path)).size / 1000).toBeLessThan(70);
  });

  test("an attempt that could not be read back is refused at once", async () => {
    const writer = await JournalWriter.open(await emptyFile(), 0);
    const [one] = fc.sample(attempt, 1) as [Attempt];
    const clean: Verdict = { key: "clean", outcome: "clean", counted: false };
    for (const broken of [{ durationMs: NaN }, { maxRssKiB: 1.5 }, { status: Infinity }]) {
      expect(() => writer.attempt(0, { ...one, number: 7, ...broken }, clean, 0, 0)).toThrow(
        "attempt 7 cannot be written down",
      );
    }
    await writer.close();
  });

  test("what is appended stays in order with them", async () => {
    const path = await emptyFile();
    const writer = await JournalWriter.open(path, 0);
    const [one] = fc.sample(attempt, 1) as [Attempt];
    const clean: Verdict = { key: "clean", outcome: "clean", counted: false };
    writer.append({ t: "key", name: "clean" });
    writer.attempt(0, { ...one, number: 1 }, clean, 0, 5);
    writer.append({ t: "decided", cell: 0 });
    writer.attempt(0, { ...one, number: 2 }, clean, 0, 5);
    await writer.close();
    const entries = (await linesOf(path)).map(({ value }) => (value as JournalEntry).t);
    expect(entries).toEqual(["key", "batch", "decided", "batch"]);
  });
});

describe("reading a journal", () => {
  const journal = (values: readonly unknown[]): Buffer =>
    Buffer.from(values.map((value) => checksummed(JSON.stringify(value))).join(""));
  const someValues = fc.array(fc.jsonValue(), { minLength: 1, maxLength: 8 });

  test("cut off anywhere, it has all lines that are whole and drops the rest", async () => {
    const path = await emptyFile();
    await fc.assert(
      fc.asyncProperty(someValues, fc.double({ min: 0, max: 1, noNaN: true }), async (values, share) => {
        const bytes = journal(values);
        const cut = Math.floor(bytes.length * share);
        await writeFile(path, bytes.subarray(0, cut));
        let end = 0;
        const whole = values.filter((value) => (end += journal([value]).length) <= cut);
        const lines = await linesOf(path);
        const read = lines.filter(({ value }) => value !== undefined);
        expect(read.map(({ value }) => JSON.stringify(value))).toEqual(
          whole.map((value) => JSON.stringify(value)),
        );
        const length = journal(whole).length;
        expect(lines.at(-1) ?? { length: 0, torn: 0 }).toMatchObject({ length, torn: cut - length });
      }),
    );
  });

  test("a changed byte before the last line is damage, and its line is named", async () => {
    const path = await emptyFile();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue(), { minLength: 2, maxLength: 6 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (values, at, flip) => {
          const bytes = journal(values);
          const lastLine = bytes.length - journal(values.slice(-1)).length;
          // The newline before the last line is left alone: without it, both together are a torn end.
          const where = at % (lastLine - 1);
          bytes[where] = (bytes[where] as number) ^ flip;
          await writeFile(path, bytes);
          const line = bytes.subarray(0, where).filter((byte) => byte === 0x0a).length + 1;
          await expect(linesOf(path)).rejects.toMatchObject({
            kind: "infrastructure",
            message: `${path}, line ${line}: damaged: its checksum does not match`,
          });
        },
      ),
    );
  });

  test("what a killed machine leaves at the end is dropped: zeros, several half lines", async () => {
    const path = await emptyFile();
    await writeFile(path, journal([{ t: 1 }, { t: 2 }]));
    await appendFile(path, Buffer.concat([Buffer.alloc(100), Buffer.from('\n00000000 {"t":3}\n12345')]));
    const lines = await linesOf(path);
    expect(lines.flatMap(({ value }) => (value === undefined ? [] : [value]))).toEqual([{ t: 1 }, { t: 2 }]);
    expect(lines.at(-1)?.length).toBe(journal([{ t: 1 }, { t: 2 }]).length);
  });

  test("a line is what was written, or nothing", () => {
    const line = Buffer.from(checksummed('{"a":"ü"}')).subarray(0, -1);
    expect(checked(line)).toEqual({ a: "ü" });
    expect(checked(line.subarray(1))).toBeUndefined();
    expect(checked(Buffer.from("00000000 {}"))).toBeUndefined();
    expect(checked(Buffer.alloc(0))).toBeUndefined();
  });
});

describe("a full disk", () => {
  test("leaves a whole journal, says so, and stays an error", async () => {
    const path = await emptyFile();
    const writer = new JournalWriter(path, await nearlyFull(path, 100), 0);
    writer.append({ t: "session", at: "2026-11-24T16:55:00.000Z" });
    await writer.flush();
    const before = await readFile(path);
    for (let each = 0; each < 5; each++) writer.append({ t: "key", name: `key ${each}` });
    const failure = {
      kind: "infrastructure",
      message: `${path}: cannot be written: no space is left on its disk`,
      remedy: "Free some space, then go on with 'vivarium run --resume ID': all attempts up to now are kept.",
    };
    await expect(writer.flush()).rejects.toMatchObject(failure);
    expect(await readFile(path)).toEqual(before);
    writer.append({ t: "key", name: "later" });
    await expect(writer.flush()).rejects.toMatchObject(failure);
    await writer.close();
    expect(await readFile(path)).toEqual(before);
  });
});
