import { expect, test } from "vitest";
import type { Manifest } from "../../src/manifest/repro.js";
import { buildPlan, runPlan } from "../../src/plan/settings.js";
import type { RunOverrides } from "../../src/plan/request.js";

const MANIFEST: Manifest = { name: "x", title: "x", language: "go", sources: ["."] };

function planned(manifest: Partial<Manifest>, flags: RunOverrides = {}) {
  const whole = { ...MANIFEST, ...manifest };
  return runPlan(whole, {}, buildPlan(whole, {}, {}), flags);
}

test.each<[string, Partial<Manifest>, RunOverrides, object]>([
  [
    "limits by flag",
    { run: { limits: { files: 9, tmp: "2MiB" } } },
    { limits: { files: "16" } },
    { files: 16, tmp: 2 << 20 },
  ],
  ["a stack by flag", {}, { limits: { stack: "1MiB", processes: "7" } }, { stack: 1 << 20, processes: 7 }],
])("%s", (_what, manifest, flags, limits) => {
  expect(planned(manifest, flags).limits).toMatchObject(limits);
});

test.each<[RunOverrides, string]>([
  [{ limits: { fils: "1" } }, 'Unrecognized key: "fils"'],
  [{ limits: { files: "many" } }, "files: "],
  [{ limits: { tmp: "3" } }, "tmp: "],
  [{ directory: "../x" }, "not a folder of the repro"],
  [{ directory: "/etc" }, "not a folder of the repro"],
])("%j is refused", (flags, message) => {
  expect(() => planned({}, flags)).toThrow(message);
});

test("a Go test runs in its package's folder, anything else in an empty one, and a flag stands over both", () => {
  expect(planned({ test: true, target: "./in" }).directory).toBe("./in");
  expect(planned({ test: true }).directory).toBe(".");
  expect(planned({})).not.toHaveProperty("directory");
  expect(planned({ test: true }, { directory: "data" }).directory).toBe("data");
  expect(planned({ run: { tty: true } }).tty).toBe(true);
  expect(planned({ run: { tty: true } }, { tty: false })).not.toHaveProperty("tty");
});
