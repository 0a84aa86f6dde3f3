import { describe, expect, it } from "vitest";
import { attemptKey, programPart } from "../../src/crash/key.js";
import { outcomeOf } from "../../src/crash/outcome.js";
import { groupSignatures, type KeyGroup } from "../../src/crash/group.js";

const SEGV = 11;
const failed = (name: string, status: number, said = "", afterMs = 5) => ({ name, status, said, afterMs });
const ended = (status: number, services: ReturnType<typeof failed>[]) => ({
  status,
  timedOut: false,
  services,
});

describe("a service that failed", () => {
  it("is what an attempt came to whose program ended well", () => {
    const attempt = ended(0, [failed("db", 1 << 8, "warming up\ncannot bind 5432\n")]);
    expect(outcomeOf(attempt)).toMatchObject({ kind: "exit", signal: null, exitCode: 1 });
    expect(outcomeOf(ended(0, [failed("db", SEGV)]))).toMatchObject({ kind: "crash", signal: "SIGSEGV" });
    expect(attemptKey(attempt, null)).toBe("service db exit 1: cannot bind #");
  });

  it("is told beside a program's own end, which stays what it was", () => {
    const attempt = ended(SEGV, [failed("b", 6, "", 9), failed("a", SEGV, "", 2)]);
    expect(outcomeOf(attempt)).toMatchObject({ kind: "crash", signal: "SIGSEGV" });
    const key = attemptKey(attempt, null);
    expect(key).toBe("crash SIGSEGV; service a SIGSEGV; service b SIGABRT");
    expect(programPart(key)).toBe("crash SIGSEGV");
  });

  it("with a status counts where it ended before the program, and not because of that", () => {
    const attempt = { ...ended(0, [failed("db", 1 << 8, "", 300)]), durationMs: 301 };
    expect(outcomeOf(attempt).kind).toBe("clean");
    expect(outcomeOf({ ...attempt, durationMs: 400 }).kind).toBe("exit");
    expect(outcomeOf({ ...attempt, services: [failed("db", SEGV, "", 300)] }).kind).toBe("crash");
  });

  it("has a signature and a story of its own, and is not looked for with gdb", () => {
    const group = (attempt: ReturnType<typeof ended>): KeyGroup => ({
      key: attemptKey(attempt, null),
      outcome: outcomeOf(attempt),
      count: 3,
      firstAttempt: 1,
      goTrace: null,
      output: null,
      notes: [],
    });
    const [alone] = groupSignatures([group(ended(0, [failed("db", SEGV, "one\ntwo\n")]))], []);
    expect(alone).toMatchObject({
      title: "service db died of SIGSEGV",
      evidence: {
        siginfo: null,
        explanation: {
          kind: "service",
          text: "service db died of SIGSEGV 5 ms after the program's start",
          facts: ["service db said last: one | two"],
        },
      },
    });
    expect(alone?.evidence.incomplete.join()).toContain("make db the program");
    const [both] = groupSignatures([group(ended(2 << 8, [failed("db", SEGV)]))], []);
    expect(both?.title).toBe("exit status 2, beside service db died of SIGSEGV");
    expect(both?.evidence.explanation?.facts).toEqual(["service db had said nothing"]);
    const [plain] = groupSignatures([group(ended(2 << 8, []))], []);
    expect(both?.id).not.toBe(plain?.id);
  });
});
