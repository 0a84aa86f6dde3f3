import { expect, test } from "vitest";
import { outcomeOf } from "../../src/crash/outcome.js";
import { signatureOf } from "../../src/crash/signature.js";
import { captureOf, frameOf } from "./captures.js";

test("Go's runtime in a C program names where it crashed, though nobody's own frame is known", () => {
  const frames = ["runtime.argv_index", "runtime.sysargs", "runtime.rt0_go"].map((name) =>
    frameOf(name, { module: "libtally.so", file: "/usr/lib/go-1.19/src/runtime/runtime1.go" }),
  );
  const segv = {
    signal: "SIGSEGV",
    number: 11,
    code: 1,
    codeName: "SEGV_MAPERR",
    address: "0xb8",
    sender: null,
  };
  const { siginfo, threads } = captureOf(segv, frames);
  const outcome = outcomeOf({ status: 11, timedOut: false });
  const named = signatureOf({ go: null, siginfo, threads, explanation: null }, outcome);
  expect(named.weak).not.toBe(true);
  expect(named.title).toMatch(/^SIGSEGV in runtime\.argv_index \(libtally\.so\)/);
});
