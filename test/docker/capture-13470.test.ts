import { describe, expect, it } from "vitest";
import { loadCatalogue, shelves } from "../../src/request/shelves.js";
import type { NativeCapture } from "../../src/crash/evidence.js";
import { explain } from "../../src/crash/explain/explain.js";
import { Failure } from "../../src/failure.js";
import { provideBinaries } from "../../src/images/provide.js";
import { loadRepro } from "../../src/manifest/load.js";
import { makePlan } from "../../src/plan/make.js";
import { captureNative } from "../../src/run/capture/capture.js";
import { readAll } from "./capture-program.js";
import { openEngine } from "./engines.js";

const ENVIRONMENTS =
  process.env["VIVARIUM_MATRIX"] === "all"
    ? ["glibc-2.31", "glibc-2.36", "glibc-2.36/go-1.15"]
    : ["glibc-2.36"];

/** What one run of a repro under gdb shows; it crashes in every run. */
async function death(repro: string, environment: string): Promise<NativeCapture> {
  const engine = await openEngine();
  const catalogue = await loadCatalogue();
  const folder = await loadRepro(repro, shelves(process.cwd()), process.cwd());
  const { cells } = makePlan({
    manifest: folder.manifest,
    sourceHash: "",
    catalogue,
    request: { environments: [environment] },
    seed: 1,
    parallel: 1,
    command: [],
  });
  const [cell] = cells;
  if (cell === undefined) throw new Error("the plan has no cell");
  const sink = (): void => undefined;
  const made = await provideBinaries({ cells }, { engine, catalogue, sink, base: "auto", repro: folder });
  const binary = made.get(cell.id);
  if (binary === undefined || binary instanceof Failure) throw binary;
  const captured = await captureNative({
    engine,
    cell,
    binary,
    budget: { attempts: 1, timeoutMs: 30_000 },
    labels: { "vivarium.test": "capture" },
    signal: new AbortController().signal,
    sink,
  });
  expect(captured.problems).toEqual([]);
  const [found, ...more] = readAll(captured).filter(({ fatal }) => fatal);
  expect(more).toEqual([]);
  return found as NativeCapture;
}

describe.each(ENVIRONMENTS)("on %s", (environment) => {
  it.each(environment.includes("/go-") ? ["golang-13470"] : ["glibc-19341", "golang-13470"])(
    "%s shows all that the post's gdb session shows, and which thread loaded the library",
    async (repro) => {
      const found = await death(repro, environment);

      expect(found.siginfo).toMatchObject({ signal: "SIGSEGV", codeName: "SEGV_MAPERR", address: "0xe5" });
      const crashed = found.threads[0];
      expect(crashed).toMatchObject({ crashed: true });
      expect(crashed?.frames[0]).toMatchObject({
        function: "internal_getpwuid_r",
        module: expect.stringMatching(/^libnss_compat/) as string,
        file: "nss_compat/compat-pwd.c",
        trusted: true,
      });
      expect(crashed?.frames[0]?.line).toBeGreaterThan(900);
      expect(crashed?.frames.map((frame) => frame.function)).toContain("getpwuid_r");
      expect(crashed?.frames.find((frame) => frame.function === "_nss_compat_getpwuid_r")?.args).toMatch(
        /^uid=/,
      );

      expect(found.registers).toMatchObject({ rcx: "0x0", rdx: "0x72" });
      expect(found.registers["fs_base"]).toBe(crashed?.fsBase);
      const bases = found.threads.map((thread) => thread.fsBase);
      expect(new Set(bases).size).toBe(bases.length);

      const at = found.disassembly.findIndex((line) => line.current);
      expect(at).toBe(16);
      expect(found.disassembly).toHaveLength(33);
      expect(found.disassembly[at]?.text).toMatch(/^testb +\$0x20,0x1\(%rcx,%rdx,2\)$/);
      expect(found.disassembly.slice(0, at).map((line) => line.text)).toContainEqual(
        expect.stringMatching(/^callq? +0x[0-9a-f]+ <__ctype_b_loc@plt>$/),
      );

      const library = found.libraries.find(({ path }) => path.includes("libnss_compat"));
      expect(library?.package).toMatch(/^libc6 2\./);
      expect(library?.buildId).toMatch(/^[0-9a-f]{40}$/);
      expect(library?.loadedBy).not.toBeNull();
      expect(library?.loadedBy).not.toBe(crashed?.number);

      // The accessor would return a pointer to null in the crashed thread: the table was never set up there.
      const state = found.threadLocals.find(({ accessor }) => accessor === "__ctype_b_loc");
      expect(state?.values[0]).toMatchObject({ thread: crashed?.number, value: "0x0" });

      const { kind, text, facts } = explain(found);
      expect(kind).toBe("near-null");
      const words = [text, ...facts].join("\n");
      for (const part of ["0xe5", "rcx", "0x72", "__ctype_b_loc", `thread ${library?.loadedBy} loaded`]) {
        expect(words).toContain(part);
      }
      expect(found.incomplete).toEqual([]);
      if (repro === "golang-13470") expect(found.stderr).toMatch(/os\/user\._Cfunc_mygetpwuid_r\(0x/);
    },
  );
});
