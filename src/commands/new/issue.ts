import { crashedFrames } from "../../crash/frames/go-story.js";
import { parseLog, type LogRecord } from "../../crash/parse-log.js";
import { plain } from "../../text/printable.js";
import { crashedThread } from "../../crash/frames/thread-story.js";
import { packageOf } from "../../images/recipe/package-of.js";
import type { Expectation } from "../../manifest/repro.js";
import type { Program } from "./block.js";
import { codeBlocks, programIn } from "./code-block.js";
import { OWN_FILES, shownFiles, type ShownFiles } from "./shown-files.js";
import { toldIn, type Told } from "./told.js";

/** What an issue's text tells of a crash. */
export interface Issue {
  /** One line; null where the text begins with none that could be one. */
  readonly title: string | null;
  /** Addresses of issues that it names, each once. */
  readonly links: readonly string[];
  readonly program: Program | null;
  /** What else the text shows: further files, a build, configuration; null where there is no program. */
  readonly shown: ShownFiles | null;
  /** The whole text, as it may be shown. */
  readonly text: string;
  /** Programs in it beside the first. */
  readonly others: number;
  readonly crash: Crash | null;
  /** How it was built and run, as far as its command lines tell. */
  readonly told: Told;
  /** Debian's packages with the headers that it includes. */
  readonly packages: readonly string[];
}

export interface Crash {
  readonly expect: Expectation;
  /** As a bug's title. */
  readonly title: string;
  /** The lines of the text that show it. */
  readonly log: string;
}

const MAX_TITLE = 120;
/** Of a line that the title is in. */
const MAX_LINE = 1000;
const MAX_LINKS = 10;
/** Below, an address is an offset from a null pointer, and the same in every run. */
const FIRST_PAGES = 0x10000n;

/** An address of one issue, bug or merge request in the trackers that people use. */
const TRACKED =
  /https?:\/\/[\w.-]+\/(?:[\w./~-]*\/(?:issues|pull|merge_requests)\/\d+|[\w./-]*show_bug\.cgi\?id=\d+|[\w./+~-]*\+bug\/\d+|[\w./-]*bugreport\.cgi\?bug=\d+)/g;

/** Reads the saved text of an issue, Markdown or plain. Nothing in it is believed; it is a start for a person. */
export function readIssue(text: string): Issue {
  // What is invisible or turns text around is made visible, in the program as well: a person will look at it.
  const clean = plain(text.replace(/^\ufeff/, ""));
  const blocks = codeBlocks(clean);
  const programs = blocks.flatMap((block) => {
    const found = programIn(block);
    const { text, file } = block;
    const hasPath = file !== undefined && !OWN_FILES.test(file);
    return found === null ? [] : [{ block, program: { ...found, text, ...(hasPath && { file }) } }];
  });
  const [first, ...others] = programs;
  const program = first?.program ?? null;
  return {
    title: titleOf(clean),
    links: [...new Set(clean.match(TRACKED) ?? [])].slice(0, MAX_LINKS),
    program,
    shown: first === undefined ? null : shownFiles(blocks, first.program, first.block),
    text: clean,
    others: others.length,
    crash: crashIn(clean),
    told: toldIn(clean),
    packages: packagesOf(program?.text ?? ""),
  };
}

/** What a program includes that is in a package of its own, as far as that is known. */
function packagesOf(program: string): string[] {
  const headers = [...program.matchAll(/^[^\S\n]*#\s*include\s*<([^>\n]{1,100})>/gm)].map(
    ([, header = ""]) => header,
  );
  const known = headers.flatMap((header) => packageOf("header", header, "debian") ?? []);
  return [...new Set(known)].filter((name) => !/^(?:libc6-dev|linux-libc-dev|gcc-multilib)$/.test(name));
}

/** How a mail and the form of a tracker begin, which say nothing of the bug. */
const NO_TITLE =
  /^(?:(?:hi|hello|hey|dear|greetings)\b.{0,40}|(?:go version|describe (?:the )?bug|bug description|description|summary|environment|versions?|reproducer|steps to reproduce|what (?:did|happened|version)\b.*|i tried this code\b.*)[:?]?)$/i;

function titleOf(text: string): string | null {
  const line = text.split("\n").find((each) => each.trim() !== "");
  const title = (line ?? "")
    .trim()
    .slice(0, MAX_LINE)
    .replace(/^\s*(#+|title:|subject:)\s*/i, "")
    // In bold.
    .replace(/^\*\*(.+)\*\*$/, "$1")
    // As a saved page of GitHub has it.
    .replace(/\s*·.*$/, "")
    .replace(/\s*#\d+\s*$/, "")
    .trim();
  return title === "" || /^(```|~~~|>|https?:)/.test(title) || NO_TITLE.test(title)
    ? null
    : title.slice(0, MAX_TITLE);
}

function crashIn(text: string): Crash | null {
  const [record] = parseLog(text).records;
  if (record === undefined) return null;
  const lines = text.split("\n").slice(record.lines.first - 1, record.lines.last);
  return { expect: expected(record), title: record.signature.title, log: `${lines.join("\n")}\n` };
}

function expected({ evidence: { siginfo, go, threads }, outcome }: LogRecord): Expectation {
  const signal = siginfo?.signal ?? go?.signal?.name ?? outcome.signal;
  const address = siginfo?.address ?? go?.signal?.address ?? null;
  const frame = frameOf({ threads, go });
  return {
    outcome: "crash",
    ...(signal === null ? {} : { signal }),
    ...(address !== null && BigInt(address) < FIRST_PAGES ? { "fault-address": address } : {}),
    ...(frame === null ? {} : { frame }),
  };
}

/** The innermost function that has a name of its own; what the Go runtime does after a crash is none. */
function frameOf({ threads, go }: Pick<LogRecord["evidence"], "threads" | "go">): string | null {
  const native = crashedThread(threads)?.frames.find((frame) => frame.function !== null)?.function;
  if (native) return native;
  const frames = go === null ? [] : crashedFrames(go);
  return frames.find(({ function: name }) => !name.startsWith("runtime."))?.function ?? null;
}
