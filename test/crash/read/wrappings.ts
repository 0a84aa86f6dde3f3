import { describe, expect, test } from "vitest";
import { parseLog } from "../../../src/crash/parse-log.js";
import type { Form } from "./forms.js";

type Wrap = (line: string, i: number) => string;

/** What logs put before a line, or make of it. What names nobody's form here is found by what the lines have in common. */
const WRAPPINGS: Readonly<Record<string, Wrap>> = {
  github: (line, i) => `2024-03-01T10:00:${two(i)}.1234567Z ${line}`,
  "gh run view": (line, i) => `build (ubuntu)\tRun tests\t2024-03-01T10:00:${two(i)}.1234567Z ${line}`,
  cri: (line, i) => `2024-03-01T10:00:${two(i)}.123456789Z stderr F ${line}`,
  "docker's json-file": (line) =>
    JSON.stringify({ log: `${line}\n`, stream: "stderr", time: "2024-03-01T10:00:00Z" }),
  test2json: (line) =>
    JSON.stringify({ Time: "2024-03-01T10:00:00Z", Action: "output", Output: `${line}\n` }),
  journalctl: (line) => `Mar 01 10:00:00 host1 app[1234]: ${line}`,
  "journalctl, monotonic": (line, i) => `[ 1234.5678${two(i)}] host1 app[1234]: ${line}`,
  rsyslog: (line) => `2024-03-01T10:00:00.123456+00:00 host1 app[1234]: ${line}`,
  stern: (line) => `app-5d8f7c9b7-abcde app ${line}`,
  klog: (line) => `I0301 10:00:00.123456       1 main.go:42] ${line}`,
  "Go's log": (line) => `2024/03/01 10:00:00 ${line}`,
  heroku: (line) => `2024-03-01T10:00:00.123456+00:00 app[web.1]: ${line}`,
  cloudwatch: (line, i) => `17092872${two(i)}123\t${line}`,
  buildkit: (line, i) => `#12 3.1${two(i)} ${line}`,
  compose: (line) => `web-1  | ${line}`,
  quote: (line) => `> ${line}`,
  indentation: (line) => `      ${line}`,
  colours: (line) => `\u001b[31m${line}\u001b[0m`,
  "carriage returns": (line) => `${line}\r`,
  "progress bars": (line, i) => (i === 0 ? `10%\r100%\r${line}` : line),
  buildkite: (line, i) => `\u001b_bk;t=17092872${two(i)}123\u0007${line}`,
  "kubectl --prefix": (line) => `[pod/web-5d8f-abcde/app] ${line}`,
  zerolog: (line) => JSON.stringify({ level: "info", time: "2024-03-01T10:00:00Z", message: line }),
  "RFC 5424": (line, i) => `<13>1 2024-03-01T10:00:${two(i)}.123Z host1 app 1234 - - ${line}`,
  jenkins: (line, i) => `[2024-03-01T10:00:${two(i)}.123Z] ${line}`,
  gitlab: (line, i) => `2024-03-01T10:00:${two(i)}.123456Z 01O ${line}`,
};
/** Such that no form knows. */
const UNKNOWN: Readonly<Record<string, Wrap>> = {
  "ctest -V": (line) => `12: ${line}`,
  "Python's logging": (line, i) => `2024-03-01 10:00:${two(i)},123 INFO runner: ${line}`,
  "a tag": (line) => `[stderr] ${line}`,
  "numbered lines": (line, i) => `${String(i + 1).padStart(5)}  ${line}`,
  "an item of a list": (line, i) => (i === 0 ? `1. ${line}` : `   ${line}`),
};
/** They were pasted with such a prefix on a part of their lines, beside others without it: of two, both unknown, one is found. */
const IN_ONE = [
  // A report without a stack shows behind the first one.
  "py5-faulthandler-in-ctest",
  // Numbered, its second line is a shell's of a job, which says another signal.
  "cxx12-libcxx-hardening-18",
  "go-indent-list",
  "hand2-ue4",
  "mix-rust-then-kernel",
  // Numbered, a line of it is a shell's of a job.
  "neg4-strings-binary",
  "rust4-human-panic",
  "ubsan8-in-go-build-log",
];
/** Of a whole log. */
const WHOLE: Readonly<Record<string, (log: string) => string | Buffer>> = {
  "UTF-16": (log) => Buffer.from(`\ufeff${log}`, "utf16le"),
  "a byte-order mark": (log) => `\ufeff${log}`,
  "<pre>": (log) => `<pre><code>${escaped(log)}</code></pre>`,
};

function two(i: number): string {
  return String(i % 60).padStart(2, "0");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function textOf({ log }: Form): string {
  return log.toString("utf8").replace(/\n+$/, "");
}

const asPasted = new Map<string, string[]>();

/** What is read of a form as it was pasted: each is read once. */
function bare(form: Form): string[] {
  const known = asPasted.get(form.name) ?? read(textOf(form));
  asPasted.set(form.name, known);
  return known;
}

function read(log: string | Uint8Array): string[] {
  return parseLog(log).records.map(({ signature }) => `${signature.id} ${signature.title}`);
}

/** Those that are not themselves about what is around a log (`w-…`, and some that were pasted so). */
function isBare({ name, log }: Form): boolean {
  return (
    !/^w(?:rap)?\d?-/.test(name) &&
    log[0] !== 0xff &&
    !log.includes("\r") &&
    !/^\s*\{|<pre|^\ufeff/.test(log.toString("utf8"))
  );
}

const lineWise = Object.entries(WRAPPINGS);

/** What is around a log, and what differs from run to run, leaves what is read of these forms as it is. */
export function testWrappings(all: readonly Form[]): void {
  const BARE = all.filter(isBare);
  describe("what is around a log leaves its crashes as they were", () => {
    test.each(lineWise)("%s", (_, wrap) => {
      const changed = BARE.flatMap((form) => {
        const text = textOf(form);
        const wrapped = text.split("\n").map(wrap).join("\n");
        const [before, after] = [bare(form), read(wrapped)];
        return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ form: form.name, before, after }];
      });
      expect(changed).toEqual([]);
    });

    test.each(Object.entries(UNKNOWN))("%s, which no form knows", (_, wrap) => {
      const changed = BARE.filter(({ name }) => !IN_ONE.includes(name)).flatMap((form) => {
        const wrapped = textOf(form).split("\n").map(wrap).join("\n");
        const [before, after] = [bare(form), read(wrapped)];
        return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ form: form.name, before, after }];
      });
      expect(changed).toEqual([]);
    });

    test.each(Object.entries(WHOLE))("%s", (_, wrap) => {
      const changed = BARE.flatMap((form) => {
        const [before, after] = [bare(form), read(wrap(textOf(form)))];
        return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ form: form.name, before, after }];
      });
      expect(changed).toEqual([]);
    });
  });

  describe("what differs from run to run leaves signatures as they were", () => {
    test("addresses, PIDs, times and hosts", () => {
      const changed = BARE.flatMap((form) => {
        const text = textOf(form);
        const [before, after] = [bare(form), read(otherRun(text))];
        return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ form: form.name, before, after }];
      });
      expect(changed).toEqual([]);
    });
  });
}

/** The same log of another run: long addresses, PIDs and times differ. */
function otherRun(text: string): string {
  return text
    .replace(/\b0x([5-7])([0-9a-f]{9,15})\b/g, (_, first: string, rest: string) => `0x${first}${moved(rest)}`)
    .replace(/\b(4242|12345|777)\b/g, "31337")
    .replace(/\b10:00:00\b/g, "23:59:58")
    .replace(/\bhost1\b/g, "buildbox");
}

function moved(digits: string): string {
  return (
    digits.slice(0, 1) +
    digits.slice(1, -3).replace(/[0-9a-f]/g, (digit) => ((parseInt(digit, 16) + 5) % 16).toString(16)) +
    digits.slice(-3)
  );
}
