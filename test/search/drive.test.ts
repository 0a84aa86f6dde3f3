import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { infrastructure } from "../../src/failure.js";
import type { ProgressEvent } from "../../src/progress/event.js";
import { drive } from "../../src/search/drive.js";
import { beginSearch, resumeSearch, type OpenSearch } from "../../src/search/open-search.js";
import type { Strategy } from "../../src/search/strategy/strategy.js";

/** Finds the least number whose square is at least `target`, by halving. */
interface Halving {
  readonly low: number;
  readonly high: number;
}

function halving(target: number): Strategy<Halving, number, boolean, number> {
  return {
    initial: { low: 0, high: target },
    take: ({ low, high }, ask, enough) => (enough ? { low, high: ask } : { low: ask + 1, high }),
    next({ low, high }, pending) {
      if (low === high) return { kind: "done", finding: low };
      const middle = Math.floor((low + high) / 2);
      return { kind: "ask", asks: pending.length > 0 ? [] : [middle], likely: [middle - 1] };
    },
    standing: ({ low, high }) => `between ${low} and ${high}`,
  };
}

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "vivarium-drive-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const NEW = { kind: "halve", repro: "root", request: { target: 1000 }, command: ["halve", "root"] };

/** Carries the search of the square root of 1000 out; `asked` gets every question that was really answered. */
async function root(search: OpenSearch, asked: number[], answer = async (ask: number) => ask * ask >= 1000) {
  const events: ProgressEvent[] = [];
  const signal = new AbortController();
  const driven = await drive({
    strategy: halving(1000),
    search,
    lanes: 2,
    sink: (event) => events.push(event),
    signal: signal.signal,
    answer: async (ask) => {
      asked.push(ask);
      return answer(ask);
    },
  }).finally(() => search.close());
  return { ...driven, events };
}

describe("drive", () => {
  it("asks until the strategy is done, and tells where it stands", async () => {
    const asked: number[] = [];
    const { finding, answers, events } = await root(await beginSearch(home, NEW), asked);
    expect(finding).toBe(32);
    expect(answers).toBe(asked.length);
    expect(events.at(-1)).toEqual({
      kind: "search",
      search: "halve",
      answers: asked.length,
      standing: "between 32 and 32",
    });
  });

  it("goes on where it was lost, and asks nothing twice", async () => {
    const first = await beginSearch(home, NEW);
    const asked: number[] = [];
    const lost = async (ask: number): Promise<boolean> => {
      if (asked.length === 5) throw infrastructure("the engine is gone");
      return ask * ask >= 1000;
    };
    await expect(root(first, asked, lost)).rejects.toThrow("the engine is gone");
    const again: number[] = [];
    const { finding, answers } = await root(await resumeSearch(first.folder, home, "halve"), again);
    expect(finding).toBe(32);
    // The fifth was not answered.
    expect(again[0]).toBe(asked[4]);
    expect(answers).toBe(4 + again.length);
  });

  it("drops a line that was half written, and refuses one that was damaged", async () => {
    const first = await beginSearch(home, NEW);
    const asked: number[] = [];
    await root(first, asked);
    const path = join(first.folder, "journal.jsonl");
    const text = await readFile(path, "utf8");
    const end = text.indexOf("\n", text.indexOf('"answer"')) + 10;
    await truncate(path, end);
    const again: number[] = [];
    expect((await root(await resumeSearch(first.folder, home, "halve"), again)).finding).toBe(32);
    expect(again).toHaveLength(asked.length - 1);
    await writeFile(path, text.replace('"t":"answer"', '"t":"Answer"'));
    await expect(resumeSearch(first.folder, home, "halve")).rejects.toThrow("line 2: damaged");
  });

  it("keeps what was answered when it is interrupted", async () => {
    const search = await beginSearch(home, NEW);
    const stop = new AbortController();
    const driven = await drive({
      strategy: halving(1000),
      search,
      lanes: 1,
      sink: () => undefined,
      signal: stop.signal,
      answer: async (ask) => {
        if (ask < 200) stop.abort();
        return ask * ask >= 1000;
      },
    }).finally(() => search.close());
    expect(driven.finding).toBeNull();
    expect(driven.answers).toBe(2);
  });

  it("refuses to go on with a search of another verb, or one that is in use", async () => {
    const search = await beginSearch(home, NEW);
    await expect(resumeSearch(search.folder, home, "halve")).rejects.toThrow("in use");
    await search.close();
    await expect(resumeSearch(search.folder, home, "bisect")).rejects.toThrow("not a search of 'bisect'");
  });
});
