import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { whatDecides } from "../../src/stats/decides.js";
import { rateOf } from "../../src/stats/rate.js";
import type { GridCell } from "../../src/stats/axis.js";

/**
 * A case is a file in test/corpus/decides: `cells`, one a line (`glibc-2.36/go-1.19 static 100/100`, then optional
 * `variant=…`, `condition=…`, `built=…`, `gcc=…`, `zlib=…`), and the `sentences` that must come out. A new case needs no code;
 * `UPDATE=1` writes what comes out into the files, to be read before it is committed.
 */
interface Case {
  readonly shows: string;
  readonly sampling?: "fixed" | "sequential";
  readonly cells: readonly string[];
  readonly sentences: readonly string[];
}

const folder = new URL("../corpus/decides/", import.meta.url);

function libcOf(name: string): GridCell["ranOn"] {
  const [, family, version] = /^(glibc|musl)-([0-9.]+)$/.exec(name) ?? [];
  if (family === undefined || version === undefined) throw new Error(`no libc: ${name}`);
  return { family: family as "glibc" | "musl", version };
}

function cellOf(line: string): GridCell {
  const [id = "", link, tally = "", ...more] = line.split(" ");
  const options = new Map(more.map((option) => option.split("=") as [string, string]));
  const unknown = [...options.keys()].filter(
    (key) => !["variant", "condition", "built", "gcc", "zlib"].includes(key),
  );
  if (unknown.length > 0 || (link !== "static" && link !== "dynamic"))
    throw new Error(`cannot read: ${line}`);
  const [libc = "", go] = id.split("/go-");
  const [counted, attempts] = tally.split("/").map(Number);
  return {
    id: line,
    counted: counted!,
    attempts: attempts!,
    ranOn: libcOf(libc),
    builtOn: libcOf(options.get("built") ?? libc),
    go: go ?? null,
    link,
    variant: options.get("variant") ?? "default",
    condition: options.get("condition") ?? null,
    companions: [
      { name: "the compiler", value: `gcc ${options.get("gcc") ?? ""}` },
      { name: "zlib1g-dev", value: `zlib1g-dev ${options.get("zlib") ?? ""}` },
    ],
  };
}

function rewrite(file: string, sentences: readonly string[]): void {
  const url = new URL(file, folder);
  const [before] = readFileSync(url, "utf8").split(/^sentences:/m);
  writeFileSync(url, `${before}${stringify({ sentences }, { lineWidth: 0 })}`);
}

describe("what decides", () => {
  test.each(readdirSync(folder))("%s", (file) => {
    const {
      cells,
      sentences,
      sampling = "fixed",
    } = parse(readFileSync(new URL(file, folder), "utf8")) as Case;
    const grid = cells.map(cellOf);
    const stop = { kind: "runs", runs: 1 } as const;
    const rate = { of: "", counted: 0, stop, complete: sampling === "fixed" };
    const noneAbove = (attempts: number): number => rateOf({ ...rate, attempts }, 0.95)?.high ?? 1;
    const options = { noun: "crash", confidence: 0.95, sampling, noneAbove };
    const decision = whatDecides(grid, options);
    if (process.env["UPDATE"] === "1") rewrite(file, decision.sentences);
    expect(decision.sentences).toEqual(sentences);
    // The order in which cells are listed says nothing.
    const reversed = whatDecides([...grid].reverse(), options);
    expect(reversed.sentences).toEqual(sentences);
  });

  test("of cells that met their cap without a crash, what is excluded is the upper end of the rate beside it", () => {
    const cell = { of: "", counted: 0, complete: true, reachedAt: null };
    const stop = { kind: "until-crashes", crashes: 1, cap: 50 } as const;
    const noneAbove = (attempts: number): number => rateOf({ ...cell, attempts, stop }, 0.95)?.high ?? 1;
    const options = { noun: "crash", confidence: 0.95, sampling: "sequential", noneAbove } as const;
    const grid = [cellOf("glibc-2.36 static 0/50"), cellOf("musl-1.2.3 static 0/50")];
    // Clopper-Pearson's 1 - 0.025 ** (1 / 50), and not the 10.5 % of a sequence.
    expect(whatDecides(grid, options).sentences[0]).toContain("rates above 7.2 % are excluded");
  });
});
