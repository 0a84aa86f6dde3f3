import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Evidence, GoTrace, NativeCapture, SanitizerReport } from "../../../src/crash/evidence.js";
import { parseGdbSessions } from "../../../src/crash/read/gdb/session.js";
import { parseGoTraces } from "../../../src/crash/read/go/trace.js";
import { parseInstruction } from "../../../src/crash/x86/instruction.js";
import { readCapture } from "../../../src/crash/read/capture.js";
import { parseLog } from "../../../src/crash/parse-log.js";
import { parseSanitizerReports } from "../../../src/crash/read/sanitizer/report.js";
import { forms } from "./forms.js";

/** Ten minutes of them: FUZZ_RUNS=500000 npx vitest run --project unit test/crash/read/hostile --testTimeout 3600000 */
const numRuns = Number(process.env["FUZZ_RUNS"] ?? 300);

function logs(kind: string): string[] {
  const folder = fileURLToPath(new URL(`../../corpus/${kind}/`, import.meta.url));
  return readdirSync(folder)
    .filter((file) => file.endsWith(".txt"))
    .map((file) => readFileSync(folder + file, "utf8"))
    .map((text) => text.slice(text.indexOf("\n\n") + 2));
}

const goLines = [...new Set(logs("go-trace").flatMap((log) => log.split("\n")))];
const sanitizerLines = [...new Set(logs("sanitizer").flatMap((log) => log.split("\n")))];
const kernelLines = [...new Set(logs("kernel").flatMap((log) => log.split("\n")))];
const otherLines = [
  ...new Set(
    ["lldb-session", "valgrind", "exit-status"].flatMap((kind) =>
      logs(kind).flatMap((log) => log.split("\n")),
    ),
  ),
];
/** Of every form that is read: lines of one alone lead furthest into its reader. */
const formLines = forms().map(({ log }) => log.toString("utf8").split("\n"));
const gdbLines = [...new Set(logs("gdb-session").flatMap((log) => log.split("\n")))];

/** Lines of real logs, shuffled, cut and spoilt. */
function shredded(lines: readonly string[]): fc.Arbitrary<string> {
  const line = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...lines) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(...lines), fc.nat(200), fc.string({ unit: "binary", maxLength: 4 }))
        .map(([text, at, noise]) => text.slice(0, at) + noise + text.slice(at + noise.length)),
    },
    { weight: 1, arbitrary: fc.constant("") },
  );
  return fc.array(line, { maxLength: 80 }).map((all) => all.join("\n"));
}

describe("logs that mean harm", () => {
  test("any shuffle of Go's lines gives valid traces or none", () => {
    fc.assert(
      fc.property(shredded(goLines), (log) => {
        for (const { trace, from, to } of parseGoTraces(log)) {
          GoTrace.parse(trace);
          expect(from).toBeLessThan(to);
          expect(trace.crashed ?? 0).toBeLessThan(Math.max(1, trace.goroutines.length));
        }
      }),
      { numRuns },
    );
  });

  test("any shuffle of gdb's lines gives valid captures or none", () => {
    fc.assert(
      fc.property(shredded(gdbLines), (log) => {
        for (const { capture } of parseGdbSessions(log)) NativeCapture.parse({ ...capture, stderr: "" });
        parseLog(log);
      }),
      { numRuns },
    );
  });

  test("any shuffle of sanitizers' lines gives valid reports or none", () => {
    fc.assert(
      fc.property(shredded(sanitizerLines), (log) => {
        for (const { report, from, to } of parseSanitizerReports(log)) {
          SanitizerReport.parse(report);
          expect(from).toBeLessThan(to);
        }
        parseLog(log);
      }),
      { numRuns },
    );
  });

  test("any shuffle of the kernel's lines gives records or none", () => {
    fc.assert(
      fc.property(shredded(kernelLines), (log) => {
        for (const { evidence } of parseLog(log).records) Evidence.parse(evidence);
      }),
      { numRuns },
    );
  });

  test("any shuffle of lldb's, valgrind's and shells' lines gives records or none", () => {
    fc.assert(
      fc.property(shredded(otherLines), (log) => {
        for (const { evidence, lines } of parseLog(log).records) {
          Evidence.parse(evidence);
          expect(lines.first).toBeLessThanOrEqual(lines.last);
        }
      }),
      { numRuns },
    );
  });

  test("any shuffle of the lines of one form or two gives records or none", () => {
    const few = fc.array(fc.constantFrom(...formLines), { minLength: 1, maxLength: 2 });
    const shuffled = few.chain((all) => shredded(all.flat()));
    fc.assert(
      fc.property(shuffled, (log) => {
        for (const { evidence, lines } of parseLog(log).records) {
          Evidence.parse(evidence);
          expect(lines.first).toBeLessThanOrEqual(lines.last);
        }
      }),
      { numRuns: 3 * numRuns },
    );
  });

  test("any cut of a real log is parsed, and says that it is incomplete or loses nothing", () => {
    const real = logs("go-trace").filter((log) => log.startsWith("panic: runtime error"));
    fc.assert(
      fc.property(fc.constantFrom(...real), fc.nat(3000), (log, at) => {
        const whole = parseGoTraces(log).at(-1)?.trace;
        const cut = parseGoTraces(log.slice(0, at)).at(-1)?.trace;
        if (cut === undefined || whole === undefined) return;
        expect(cut.goroutines.length).toBeLessThanOrEqual(whole.goroutines.length);
        expect(cut.kind).toBe(whole.kind);
      }),
      { numRuns },
    );
  });

  test("any text is an instruction or none", () => {
    const text = fc.string({
      unit: fc.constantFrom(..."mov lq%raxrip0x1f,()*$<+>#{}@:-".split("")),
      maxLength: 80,
    });
    fc.assert(
      fc.property(text, (body) => void parseInstruction(body)),
      { numRuns },
    );
  });

  test("an answer of gdb that is no capture is refused in words", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(readCapture(json)).toHaveProperty("refused");
      }),
      { numRuns },
    );
    expect(readCapture("{")).toHaveProperty("refused", expect.stringContaining("not JSON"));
    expect(readCapture('{"__proto__": {"fatal": true}}')).toHaveProperty("refused");
  });

  // Each is 1 MiB of what is worst for one of the parsers; a quadratic one would not end within the test's limit.
  const MIB = 1024 * 1024;
  test.each([
    ["newlines", "\n"],
    ["one line without an end", "a"],
    ["first lines without a trace", "panic: x\n"],
    ["first lines in one line", "panic: fatal error: "],
    ["goroutines", "goroutine 1 [running]:\n"],
    ["a trace of frames", "panic: x\n\ngoroutine 1 [running]:\nmain.f(0x1)\n\t/x.go:1 +0x1\n"],
    ["colons", "goroutine 1 [running]:\nf(1)\n:1:1:1:1:1:1:1:1\n"],
    ["prefixes", "[12:00:00] [12:00:00] | | | > > web-1 | "],
    ["dropped bytes", "fatal error: x\n[... 1 bytes dropped ...]\n"],
    ["escapes", "\x1b[\x1b]\x1bP"],
    ["gdb's stops", "Program received signal SIGSEGV, Segmentation fault.\n"],
    ["gdb's frames", "Program received signal SIGSEGV, Segmentation fault.\n#0  f (a=(((((( at b:1\n"],
    ["frames that go on", "    and on and on\n"],
    ["instructions", "=> 0x1 <a+1>:\tmov (((((((,,,,,,%rax\n"],
    ["a sanitizer's first lines", "==1==ERROR: AddressSanitizer: x on address\n"],
    ["a sanitizer's frames", "==1==ERROR: AddressSanitizer: x\n    #0 0x1 in f (((((((((+0x1 /a:1:1\n"],
    ["undefined behaviour", "a:1:1:1:1: runtime error: :::\n"],
    ["the kernel's lines", "[1.0] a[1]: segfault at 0 ip 0 sp 0 error 4 in [[[[\n"],
    ["the kernel's line without an end", "kernel: a[1]: segfault at "],
    ["core dumps' threads", "Stack trace of thread 1:\n#0  0x1 f (m + 0x1)\n"],
    ["core dumps' frames", "#0  0x1 ((((((((((((((((((( ( + \n"],
    ["objects that do not end", '{"crash_info":\n}\n'],
    ["objects of one line", '{"crash_info": {"type": "SIGSEGV"}, "faultingThread": 0}\n'],
    ["valgrind's XML", "<fatal_signal><stack><frame><ip>0x1</ip>\n"],
    ["Dr. Memory's errors", "Error #1: UNADDRESSABLE ACCESS: reading 0x1-0x2 1 byte(s)\n# 0 f [a:1]\n"],
    ["an assertion in another language", `${"1:1: ".repeat(60)}${"'".repeat(600)}é\n`],
    [
      "a failed one, whose quotes stand far away",
      `${"1:1: ".repeat(60)}${"x".repeat(50)}${"'".repeat(500)} falló\n`,
    ],
    ["frames of a system without processes", "***** BUS FAULT *****\n0x400d5a11: f (((( at a:1\n"],
    ["frames of an engine", `Unhandled Exception: SIGSEGV: x\n0x00000001 a!${"[ ".repeat(200)}\n`],
    ["a document", "### Fixed\n- x => f(`a) => {\n"],
    ["test2json", '{"Action":"output","Output":"panic: x"}\n'],
  ])("takes time in proportion: %s", (_, unit) => {
    const head = "Program received signal SIGSEGV, Segmentation fault.\n#0  f (";
    const text = unit.repeat(Math.ceil(MIB / unit.length));
    expect(parseLog(text).records.length).toBeLessThanOrEqual(1200);
    expect(parseLog(head + text).records.length).toBeLessThanOrEqual(1200);
  });
});
