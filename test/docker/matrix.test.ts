import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { NativeCapture } from "../../src/crash/evidence.js";
import { readAttempt } from "../../src/crash/judge.js";
import { readCapture } from "../../src/crash/read/capture.js";
import { connect } from "../../src/docker/connection/connect.js";
import type { Engine } from "../../src/docker/engine.js";
import type { Binary } from "../../src/images/binary.js";
import { DOCKERFILES } from "../../src/images/dockerfiles.js";
import { provideBinaries } from "../../src/images/provide.js";
import { Catalogue } from "../../src/manifest/catalogue.js";
import { parseDocumentAs } from "../../src/manifest/document.js";
import { loadRepro } from "../../src/manifest/load.js";
import { sourceHash } from "../../src/manifest/source-hash.js";
import { makePlan } from "../../src/plan/make.js";
import type { Cell, Plan } from "../../src/plan/plan.js";
import { captureNative, type RawCapture } from "../../src/run/capture/capture.js";
import { Containers } from "../../src/run/runner/containers.js";

/**
 * The table of what crashes where, on the real engine: every row in every environment with `npm run test:matrix`; else
 * the rows and environments of one suite, which any other test on the engine needs as well.
 */
interface Row {
  readonly name: string;
  readonly repro: string;
  readonly variant?: string;
  readonly nss: readonly ("compat" | "files")[];
  /** Environment -> fault address. */
  readonly crash: Readonly<Record<string, string>>;
  /** A second address, which a smaller part of the crashes has. */
  readonly also?: string;
  /** A function that the crashing thread is in. */
  readonly frame?: string;
  /** Functions of the crashing goroutine, innermost first. */
  readonly go?: readonly string[];
  readonly flaky?: boolean;
}

const rows = parse(readFileSync(new URL("../corpus/matrix/table.yaml", import.meta.url), "utf8")) as Row[];
const everything = process.env["VIVARIUM_MATRIX"] === "all";
const ENVIRONMENTS = everything ? ["glibc-*", "musl-*"] : ["glibc-2.36", "musl-1.2.3"];
/** What crashes, crashes in every run; a flaky row has both outcomes with a probability of 1 - 10^-6. */
const ATTEMPTS = 5;
const ATTEMPTS_OF_TWO_ADDRESSES = 20;
const FLAKY_ATTEMPTS = 120;
const LABELS = { "vivarium.test": "matrix" };

const repros = fileURLToPath(new URL("../../repros", import.meta.url));
const catalogue = parseDocumentAs(
  Catalogue,
  readFileSync(`${DOCKERFILES}/catalogue.yaml`, "utf8"),
  "catalogue.yaml",
);
const never = new AbortController().signal;

let engine: Engine;
beforeAll(async () => {
  engine = await connect({ env: process.env });
});
afterAll(() => engine.close());

for (const row of rows) {
  if (row.flaky === true && !everything) continue;
  for (const nss of row.nss) {
    describe(`${row.name} (${nss})`, () => {
      let cells: readonly Cell[];
      let plan: Plan;
      let binaries: Map<string, Binary | Error>;

      beforeAll(async () => {
        const repro = await loadRepro(row.repro, [repros], repros);
        plan = makePlan({
          manifest: repro.manifest,
          sourceHash: await sourceHash(repro),
          catalogue,
          request: { environments: ENVIRONMENTS, ...(row.variant ? { variant: row.variant } : {}) },
          seed: 1,
          parallel: 1,
          command: [],
        });
        cells = plan.cells.map((cell) => withNss(cell, nss));
        binaries = await provideBinaries(
          { cells },
          { engine, repro, catalogue, base: "auto", sink: () => undefined },
        );
      });

      test("crashes where it should, at the address, and nowhere else", async () => {
        const found: Record<string, string> = {};
        const wanted: Record<string, string> = {};
        for (const cell of cells) {
          const binary = binaries.get(cell.id);
          if (!isBinary(binary)) throw new Error(`${cell.id}: no binary`, { cause: binary });
          const address = row.crash[cell.id];
          wanted[cell.id] = address === undefined ? "clean" : `SIGSEGV ${address} in ${row.frame}`;
          found[cell.id] = await look(cell, binary, plan, row);
        }
        expect(found).toEqual(wanted);
      });
    });
  }
}

/** `clean`, or the crash as the attempts and gdb tell it; anything else says what differs. */
async function look(cell: Cell, binary: Binary, plan: Plan, row: Row): Promise<string> {
  const outcomes = new Map<string, number>();
  const count =
    row.flaky === true ? FLAKY_ATTEMPTS : row.also === undefined ? ATTEMPTS : ATTEMPTS_OF_TWO_ADDRESSES;
  const slot = await new Containers(engine, LABELS, () => performance.now()).open(cell, binary, plan, never);
  try {
    for await (const batch of slot.run(1, count)) {
      for (const attempt of batch) {
        const { outcome, goTrace } = readAttempt(cell.build, attempt);
        const signal = outcome.signal ?? goTrace?.signal?.name ?? "";
        const told = goTrace === null ? outcome.kind : `${outcome.kind} ${goTrace.signal?.address}`;
        const key = `${told} ${signal}`.trim();
        outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
        if (row.go !== undefined && goTrace !== null) {
          const frames =
            goTrace.goroutines[goTrace.crashed ?? -1]?.frames.map((frame) => frame.function) ?? [];
          const places = row.go.map((name) => frames.indexOf(name));
          expect(places, frames.join(" < ")).toEqual(places.toSorted((a, b) => a - b));
          expect(places).not.toContain(-1);
        }
      }
    }
  } finally {
    await slot.close();
  }
  if ([...outcomes.keys()].join() === "clean") return "clean";
  const crash = (address: string | undefined): string =>
    cell.build.language === "go" ? `crash ${address} SIGSEGV` : "crash SIGSEGV";
  const must = [crash(row.crash[cell.id]), ...(row.flaky === true ? ["clean"] : [])];
  const may = row.also === undefined ? must : [...must, crash(row.also)];
  const right =
    must.every((end) => outcomes.has(end)) && [...outcomes.keys()].every((end) => may.includes(end));
  return right ? fault(cell, binary, row) : JSON.stringify(Object.fromEntries(outcomes));
}

/** The fault as gdb sees it: `SIGSEGV 0xe5 in getpwuid_r`; of several runs the one at the row's address. */
async function fault(cell: Cell, binary: Binary, row: Row): Promise<string> {
  const wanted = row.crash[cell.id];
  const seen = (captures: readonly RawCapture[]): NativeCapture[] =>
    captures.map(({ json }) => {
      const read = readCapture(json);
      if ("refused" in read) throw new Error(read.refused);
      return read.capture;
    });
  const { captures, problems } = await captureNative({
    engine,
    cell,
    binary,
    budget: {
      attempts: row.flaky === true ? 60 : 10,
      timeoutMs: 60_000,
      enough: (all) => seen(all).some(({ siginfo }) => siginfo.address === wanted),
    },
    labels: LABELS,
    signal: never,
    sink: () => undefined,
  });
  expect(problems).toEqual([]);
  const all = seen(captures);
  const capture = all.find(({ siginfo }) => siginfo.address === wanted) ?? all.at(-1);
  if (capture === undefined) return "no crash under gdb";
  const { siginfo, threads } = capture;
  const functions =
    threads.find(({ crashed }) => crashed)?.frames.map((frame) => frame.function ?? "?") ?? [];
  const frame = functions.some((name) => name.includes(row.frame ?? "")) ? row.frame : functions.join(" < ");
  return `${siginfo.signal} ${siginfo.address} in ${frame}`;
}

/** The cell with `passwd` and `group` from one NSS module; the manifest's own file says compat. */
function withNss(cell: Cell, nss: "compat" | "files"): Cell {
  if (nss === "compat") return cell;
  const content = `passwd: ${nss}\ngroup: ${nss}\nhosts: files dns\n`;
  const condition = {
    name: nss,
    title: nss,
    env: {},
    cpus: null,
    load: 0,
    stack: null,
    padding: 0,
    files: { "/etc/nsswitch.conf": content },
  };
  return { ...cell, condition };
}

function isBinary(value: Binary | Error | undefined): value is Binary {
  return value !== undefined && !(value instanceof Error);
}
