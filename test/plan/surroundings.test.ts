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

test("services, signals and names are resolved: words, times, addresses", () => {
  const run = {
    services: {
      db: { command: "db --port 1", ready: { port: 1 } },
      log: { command: ["sh", "-c", "tail -f x"] },
    },
    signals: ["SIGUSR1@1s"],
    hosts: { "db.example": "127.0.0.1" },
    nameservers: ["127.0.0.1"],
  };
  expect(planned({ run }, { hosts: { b: "::1" } })).toMatchObject({
    services: [
      { name: "db", command: ["db", "--port", "1"], env: {}, ready: { port: 1 }, withinMs: 10_000 },
      { name: "log", command: ["sh", "-c", "tail -f x"], ready: null },
    ],
    signals: [{ signal: "SIGUSR1", atMs: 1000 }],
    hosts: { "db.example": "127.0.0.1", b: "::1" },
    nameservers: ["127.0.0.1"],
  });
  const signals = ["int@2s", "RTMIN+1@1500ms"];
  expect(planned({ run }, { signals }).signals).toEqual([
    { signal: "SIGRTMIN+1", atMs: 1500 },
    { signal: "SIGINT", atMs: 2000 },
  ]);
  expect(planned({})).not.toHaveProperty("services");
});

test.each<[NonNullable<Manifest["run"]>, RunOverrides, string]>([
  [{ services: { s: { command: "a | b" } } }, {}, "service s: its command is no shell's: 'a | b'"],
  [{ services: { s: { command: " " } } }, {}, "service s: it has no command"],
  [{ services: { s: { command: "a", within: "2m" } } }, {}, "more than 60s"],
  [{}, { signals: ["TERM"] }, "not of the form SIGNAL@TIME"],
  [{}, { signals: ["TRAM@1s"] }, "there is no signal SIGTRAM"],
  [{}, { signals: ["TERM@1"] }, "'1' is not a duration"],
  [{}, { hosts: { "a b": "127.0.0.1" } }, "--add-host a b:127.0.0.1: not a name and an address"],
  [{}, { hosts: { a: "host-gateway" } }, "--add-host a:host-gateway: not a name and an address"],
])("%j with %j is refused", (run, flags, message) => {
  expect(() => planned({ run }, flags)).toThrow(message);
});

test("a Go test runs in its package's folder, anything else in an empty one, and a flag stands over both", () => {
  expect(planned({ test: true, target: "./in" }).directory).toBe("./in");
  expect(planned({ test: true }).directory).toBe(".");
  expect(planned({})).not.toHaveProperty("directory");
  expect(planned({ test: true }, { directory: "data" }).directory).toBe("data");
  expect(planned({ run: { tty: true } }).tty).toBe(true);
  expect(planned({ run: { tty: true } }, { tty: false })).not.toHaveProperty("tty");
});
