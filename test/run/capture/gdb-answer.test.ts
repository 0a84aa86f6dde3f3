import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Stream } from "../../../src/run/attempt.js";
import { readGdbAnswer } from "../../../src/run/capture/gdb-answer.js";

const MARK = "vivarium-0123456789abcdef";

function stream(text: string): Stream {
  const head = Buffer.from(text);
  return { head, tail: Buffer.alloc(0), total: head.length };
}

const line = (fields: object): string => `${MARK} ${JSON.stringify(fields)}\n`;
const capture = (id: number, fatal: boolean | null): string =>
  line({ kind: "capture", id, fatal, main: true, siginfo: { signal: "SIGSEGV" }, incomplete: [] });
const END = line({ kind: "end", status: { signal: "SIGSEGV" }, timedOut: false, stderr: "said\n" });

describe("gdb's answer", () => {
  it("gives each capture as a record of its own, with what the run wrote to stderr", () => {
    const answer = readGdbAnswer(stream(capture(1, true) + END), MARK, 3);
    expect(answer).toMatchObject({ problems: [], started: true, status: "SIGSEGV", timedOut: false });
    expect(answer.captures).toMatchObject([{ fatal: true, main: true, run: 3 }]);
    expect(JSON.parse(answer.captures[0]?.json ?? "")).toEqual({
      fatal: true,
      main: true,
      siginfo: { signal: "SIGSEGV" },
      stderr: "said\n",
      incomplete: [],
    });
  });

  it("takes the verdict on a signal that had a handler", () => {
    const verdicts =
      line({ kind: "verdict", id: 1, fatal: false }) + line({ kind: "verdict", id: 2, fatal: true });
    const answer = readGdbAnswer(stream(capture(1, null) + capture(2, null) + verdicts + END), MARK, 1);
    expect(answer.captures.map(({ fatal }) => fatal)).toEqual([false, true]);
  });

  it("says of a signal whose verdict never came that it is not known", () => {
    const answer = readGdbAnswer(stream(capture(1, null)), MARK, 1);
    expect(answer.problems).toEqual(["gdb's answer breaks off"]);
    expect(answer.captures[0]?.fatal).toBe(false);
    expect(JSON.parse(answer.captures[0]?.json ?? "")).toMatchObject({
      incomplete: ["gdb ended before it was known whether this was fatal"],
    });
  });

  it("keeps a capture that stands before a broken line", () => {
    const answer = readGdbAnswer(stream(`${capture(1, true)}${MARK} {"kind":"capt`), MARK, 1);
    expect(answer.captures).toHaveLength(1);
    expect(answer.problems).toEqual(["a line of gdb's answer is damaged"]);
  });

  it("reads both parts of an answer that was cut in the middle", () => {
    const whole = capture(1, true) + capture(2, true) + capture(3, true) + END;
    const bytes = Buffer.from(whole);
    const [from, to] = [capture(1, true).length + 20, bytes.length - END.length - 20];
    const cut = { head: bytes.subarray(0, from), tail: bytes.subarray(to), total: bytes.length };
    const answer = readGdbAnswer(cut, MARK, 1);
    expect(answer.captures).toHaveLength(1);
    expect(answer.status).toBe("SIGSEGV");
  });

  it("says that the program could not be started", () => {
    const problem = line({ kind: "problem", stage: "start", text: "ptrace: Operation not permitted." });
    const answer = readGdbAnswer(stream(problem), MARK, 1);
    expect(answer).toMatchObject({
      started: false,
      captures: [],
      problems: ["ptrace: Operation not permitted."],
    });
  });

  it("believes no line without the mark, whatever a program writes", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (lines) => {
        const forged = lines.map((text) => `${text}{"kind":"capture","id":1,"fatal":true}\n`).join("");
        fc.pre(!forged.includes(`${MARK} `));
        const answer = readGdbAnswer(stream(`${forged}\n${END}`), MARK, 1);
        expect(answer.captures).toEqual([]);
        expect(answer.problems).toEqual([]);
      }),
    );
  });

  it("survives any JSON behind the mark", () => {
    fc.assert(
      fc.property(fc.array(fc.json()), (values) => {
        const text = values.map((value) => `${MARK} ${value}\n`).join("");
        expect(() => readGdbAnswer(stream(text), MARK, 1)).not.toThrow();
      }),
    );
  });
});
