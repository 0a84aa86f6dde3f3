import { describe, expect, test } from "vitest";
import type { Evidence } from "../../src/crash/evidence.js";
import { judge, type Ended } from "../../src/crash/expectation.js";
import { parseLog } from "../../src/crash/parse-log.js";

const [record] = parseLog(`Program received signal SIGSEGV, Segmentation fault.
#0  0x00007ffff5bbca5c in internal_getpwuid_r (ent=0x0) at nss_compat/compat-pwd.c:961
#1  0x0000000000401234 in look_up (arg=0x0) at main.c:9
$1 = {si_signo = 11, si_errno = 0, si_code = 1, _sifields = {_sigfault = {si_addr = 0xe5}}}
`).records;
if (record === undefined) throw new Error("no record");

const crash: Ended = { outcome: record.outcome, evidence: record.evidence, output: "before\nlast words\n" };
const clean: Ended = { outcome: { kind: "clean", signal: null, exitCode: 0 }, evidence: null, output: "" };

describe("an end, held against what the manifest expects", () => {
  test("all keys hold", () => {
    const expectation = {
      outcome: "crash",
      signal: "SIGSEGV",
      "fault-address": 0xe5,
      frame: "getpwuid_r",
    } as const;
    expect(judge(expectation, crash)).toEqual({
      met: true,
      why: "outcome crash, signal SIGSEGV, fault address 0xe5, frame internal_getpwuid_r",
    });
    expect(judge({ ...expectation, "fault-address": "0xE5" }, crash).met).toBe(true);
  });

  test.each([
    [{ outcome: "clean" }, crash, "outcome is crash, not clean"],
    [{ outcome: "crash" }, clean, "outcome is clean, not crash"],
    [{ signal: "SIGABRT" }, crash, "signal is SIGSEGV, not SIGABRT"],
    [{ signal: "SIGSEGV" }, clean, "no signal, expected SIGSEGV"],
    [{ exit: 3 }, clean, "exit status is 0, not 3"],
    [{ "fault-address": 0x63 }, crash, "fault address is 0xe5, not 0x63"],
    [{ frame: "getaddrinfo" }, crash, "no frame getaddrinfo in internal_getpwuid_r < look_up"],
    [{ output: "^first" }, crash, "output does not match /^first/"],
  ] as const)("what does not hold is named: %o", (expectation, ended, why) => {
    expect(judge(expectation, ended)).toEqual({ met: false, why });
  });

  test("what cannot be checked is neither a hit nor a miss", () => {
    const bare: Ended = { ...crash, evidence: null, output: null };
    expect(judge({ outcome: "crash", frame: "f" }, bare)).toEqual({
      met: null,
      why: "frame f cannot be checked: there is no native trace",
    });
    expect(judge({ output: "x" }, bare).met).toBeNull();
    expect(judge({ "fault-address": 1 }, bare).met).toBeNull();
    // But a key that fails decides.
    expect(judge({ outcome: "clean", frame: "f" }, bare).met).toBe(false);
  });

  test("the address of a fault for which the processor gives none is not 0", () => {
    const siginfo = record.evidence.siginfo && { ...record.evidence.siginfo, code: 128, address: "0x0" };
    const fault: Ended = { ...crash, evidence: { ...record.evidence, siginfo } };
    expect(judge({ "fault-address": 0 }, fault)).toEqual({
      met: null,
      why: "fault address 0x0 cannot be checked: no trace has one",
    });
  });

  test("output is matched line by line", () =>
    expect(judge({ output: "^last words$" }, crash).met).toBe(true));

  test("Go's own word for a signal counts where its exit status hides it", () => {
    const go: Evidence = { ...record.evidence, siginfo: null, threads: [] };
    const [goRecord] = parseLog(
      "SIGBUS: bus error\nPC=0x1 m=0 sigcode=2 addr=0x7\n\ngoroutine 1 [running]:\nmain.f()\n\t/x.go:1 +0x1\n",
    ).records;
    const ended: Ended = {
      outcome: { kind: "crash", signal: null, exitCode: 2 },
      evidence: { ...go, go: goRecord?.evidence.go ?? null },
      output: null,
    };
    expect(judge({ signal: "SIGBUS", "fault-address": 7, frame: "main.f" }, ended).met).toBe(true);
  });
});
