import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { loadCatalogue } from "../../src/request/shelves.js";
import type { Engine } from "../../src/docker/engine.js";
import type { Binary } from "../../src/images/binary.js";
import { EnvironmentImages } from "../../src/images/environment.js";
import { loadRepro } from "../../src/manifest/load.js";
import { makePlan } from "../../src/plan/make.js";
import type { Cell } from "../../src/plan/plan.js";
import { testImage } from "./test-image.js";

const FAULTS = fileURLToPath(new URL("faults/", import.meta.url));
/** C programs that also run under Go's runtime. */
export const UNDER_GO = [
  "abort-assertion",
  "abort-malloc",
  "bus-error",
  "division",
  "execute-bad-address",
  "illegal-instruction",
  "near-null",
  "non-canonical",
  "null-dereference",
  "sent-signal",
  "stack-overflow",
  "thread",
  "trap",
  "use-after-unmap",
  "wild-pointer",
  "write-to-read-only",
];

/** An environment's image with every program of faults/ in it, built once; `cell` is that of a single C source there. */
export interface FaultImage {
  readonly cell: Cell;
  /** The binary `null-dereference.static` and the like. */
  binary(name: string): Binary;
}

/** glibc's environment of one suite; all of them, which hold every glibc and musl, with VIVARIUM_MATRIX=all. */
export const SUITES =
  process.env["VIVARIUM_MATRIX"] === "all"
    ? ["glibc-2.31", "glibc-2.36", "glibc-2.41", "glibc-2.43", "glibc-2.44"]
    : ["glibc-2.36"];

export async function faultImage(engine: Engine, environment: string): Promise<FaultImage> {
  const catalogue = await loadCatalogue();
  const { manifest } = await loadRepro(`${FAULTS}clean.c`, [], FAULTS);
  const { cells } = makePlan({
    manifest,
    sourceHash: "",
    catalogue,
    request: { environments: [environment] },
    seed: 1,
    parallel: 1,
    command: [],
  });
  const [cell] = cells as [Cell];
  const sink = (): void => undefined;
  const images = new EnvironmentImages({ engine, catalogue, sink, base: "auto" });
  const under = await images.provide(cell.ranOn);
  const files = await readdir(FAULTS);
  const made = await testImage(engine, `programs with faults on ${environment}`, {
    Dockerfile: {
      content: `FROM ${under.id}\nCOPY faults /faults\nRUN UNDER_GO='${UNDER_GO.join(" ")}' sh /faults/build.sh\n`,
    },
    ...Object.fromEntries(files.map((name) => [`faults/${name}`, { file: FAULTS + name }])),
  });
  return {
    cell,
    binary: (name) => ({
      image: made,
      program: `/faults/bin/${name}`,
      sha256: "",
      linkWarnings: [],
      builtIn: under.facts,
      ranOn: under.facts,
      commands: [],
    }),
  };
}
