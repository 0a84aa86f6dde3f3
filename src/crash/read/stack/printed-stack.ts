import { oneLine } from "../../../text/printable.js";
import type { Explanation, Frame } from "../../evidence.js";
import { codeName } from "../../signal.js";
import { trimmedHex } from "../hex.js";
import { crashed, type Finding, type Reader } from "../finding.js";
import { lines, type Log } from "../log-line.js";
import { partialCapture, partialSignal, partialThread } from "../partial-capture.js";
import { frameOf, type FrameForm } from "./frame.js";
import { withoutHandler } from "./machinery.js";
import { faultSignal } from "./signal-words.js";

/**
 * How a tool, a runtime or a program's own handler tells of a crash: lines that say what happened, then (or before) a stack. The expressions
 * are tried on lines without their indentation.
 */
export interface PrintedForm {
  readonly source: string;
  readonly title: string;
  readonly trigger: RegExp;
  /**
   * Lines that say that there was a crash, with named groups: `signal` (a name, a number or words), `address`, `code` (its name or number),
   * `pid`, `program`, `message`, `name` (of the function).
   */
  readonly heads: readonly RegExp[];
  /** Lines that say more once there is a head: the same groups. */
  readonly details?: readonly RegExp[];
  readonly frames: readonly FrameForm[];
  /** `at FILE:LINE` behind a frame. */
  readonly place?: RegExp;
  /** Lines that begin a stack: what was read as one before was another thread's, or a shorter form of it. */
  readonly stackStarts?: RegExp;
  /** Lines that say that the process aborted, where no head names a signal. */
  readonly aborts?: RegExp;
  /** Lines from which on a stack is not the crashed thread's. */
  readonly stackEnds?: RegExp;
  /** The stack comes before its head. */
  readonly stackFirst?: RegExp;
  /** A line that says that the outermost frame comes first. */
  readonly outermostFirst?: RegExp;
  /** What the process ends with where no head tells. */
  readonly signal?: string | null;
  readonly exitCode?: number;
  /** A head's line alone is not enough. */
  readonly needsFrames?: boolean;
  /** Heads that agree are of one crash also where a stack stands between them. */
  readonly together?: boolean;
  /** Lines without a meaning here after which the report is over. */
  readonly patience?: number;
  /** What the message is called in the explanation: `the thread panicked`. */
  readonly says?: string;
  readonly note?: string;
}

const MAX_FOUND = 500;
const MAX_FRAMES = 256;
const MAX_LINE = 2000;

type Groups = Record<string, string | undefined>;

/** The reader of a form. */
export function printedStack(form: PrintedForm): Reader {
  return {
    source: form.source,
    title: form.title,
    rank: "report",
    trigger: form.trigger,
    read: (log) => new PrintedReader(form).read(log),
  };
}

interface Draft {
  readonly from: number;
  to: number;
  signal: string | null;
  address: string | null;
  code: string | null;
  pid: string | null;
  program: string | null;
  message: string | null;
  /** The function that a head names. */
  name: string | null;
  frames: Frame[];
  elided: number;
  headed: boolean;
  /** Frames that come now are the crashed thread's. */
  taking: boolean;
  reversed: boolean;
}

class PrintedReader {
  private readonly found: Finding[] = [];
  private draft: Draft | null = null;

  constructor(private readonly form: PrintedForm) {}

  read(log: Log): Finding[] {
    let at = 0;
    for (const raw of lines(log)) {
      if (raw.length <= MAX_LINE) this.line(raw.trim(), at);
      at++;
    }
    this.close();
    return this.found;
  }

  private line(line: string, at: number): void {
    if (line === "") return;
    const head = match(this.form.heads, line);
    if (head !== null) this.head(head, at);
    if (this.draft !== null && this.form.aborts?.test(line) === true) this.draft.signal ??= "SIGABRT";
    if (head === null) this.body(line, at);
  }

  private body(line: string, at: number): void {
    const { stackFirst, patience = 60 } = this.form;
    // A head without a stack waits for it.
    const waits = this.draft !== null && this.draft.frames.length === 0;
    if (stackFirst !== undefined && !waits && stackFirst.test(line)) this.open(at, false);
    if (this.draft === null) return;
    if (this.part(line, this.draft)) this.draft.to = at + 1;
    else if (at - this.draft.to > patience) this.close();
  }

  /** A second head without a stack between them says more of the same. */
  private head(groups: Groups, at: number): void {
    const { draft } = this;
    const apart = draft !== null && draft.headed && draft.frames.length > 0 && this.form.together !== true;
    const same = draft !== null && !apart && agrees(draft, groups);
    if (!same) this.open(at, true);
    if (this.draft === null) return;
    this.draft.headed = true;
    this.draft.to = at + 1;
    learn(this.draft, groups);
  }

  private open(at: number, headed: boolean): void {
    this.close();
    const unknown = {
      signal: null,
      address: null,
      code: null,
      pid: null,
      program: null,
      message: null,
      name: null,
    };
    this.draft = {
      from: at,
      to: at + 1,
      ...unknown,
      frames: [],
      elided: 0,
      headed,
      taking: true,
      reversed: false,
    };
  }

  private part(line: string, draft: Draft): boolean {
    const { form } = this;
    if (form.outermostFirst?.test(line) === true) draft.reversed = true;
    if (form.stackStarts?.test(line) === true) {
      draft.frames = [];
      draft.taking = true;
      return true;
    }
    if (form.stackEnds?.test(line) === true) {
      if (draft.frames.length > 0) draft.taking = false;
      return draft.frames.length > 0;
    }
    const more = match(form.details ?? [], line);
    if (more !== null) {
      learn(draft, more);
      return true;
    }
    return this.frame(line, draft);
  }

  private frame(line: string, draft: Draft): boolean {
    for (const read of this.form.frames) {
      const frame = read(line);
      if (frame === null) continue;
      if (!draft.taking) return true;
      if (draft.frames.length < MAX_FRAMES) draft.frames.push(frame);
      else draft.elided++;
      return true;
    }
    const place = this.form.place?.exec(line)?.groups;
    const last = draft.frames.at(-1);
    if (place === undefined || last === undefined || last.file !== null) return false;
    draft.frames[draft.frames.length - 1] = {
      ...last,
      file: place["file"] ?? null,
      line: Number(place["line"]),
    };
    return true;
  }

  private close(): void {
    const { draft, form } = this;
    this.draft = null;
    if (draft === null || !draft.headed || this.found.length >= MAX_FOUND) return;
    if (form.needsFrames === true && draft.frames.length === 0) return;
    this.found.push(finding(form, draft));
  }
}

function match(patterns: readonly RegExp[], line: string): Groups | null {
  for (const pattern of patterns) {
    const found = pattern.exec(line);
    if (found === null) continue;
    const groups: Groups = found.groups ?? {};
    // A signal that is somebody's wish is no crash.
    if (groups["signal"] !== undefined && faultSignal(groups["signal"]) === null) continue;
    return groups;
  }
  return null;
}

function agrees({ signal, pid }: Draft, groups: Groups): boolean {
  const other = groups["signal"] === undefined ? null : faultSignal(groups["signal"]);
  const process = groups["pid"];
  return (
    (signal === null || other === null || signal === other) &&
    (pid === null || process === undefined || pid === process)
  );
}

/** What a line tells is kept where no line before it told the same. */
function learn(draft: Draft, groups: Groups): void {
  const { signal, address } = groups;
  draft.signal ??= signal === undefined ? null : faultSignal(signal);
  draft.address ??= /^(?:0x)?[0-9a-f]{1,16}$/i.test(address ?? "") ? (address ?? null) : null;
  for (const key of ["code", "pid", "program", "message", "name"] as const)
    draft[key] ??= groups[key] ?? null;
}

function finding(form: PrintedForm, draft: Draft): Finding {
  const { from, to } = draft;
  const signal = draft.signal ?? form.signal ?? null;
  const ordered = draft.reversed ? draft.frames.toReversed() : draft.frames;
  const named = draft.name === null ? [] : [frameOf({ name: draft.name })];
  const frames = ordered.length === 0 ? named : withoutHandler(ordered);
  const { pid, elided, program } = draft;
  const thread = partialThread({
    number: 1,
    lwp: Number(pid ?? 0),
    name: program,
    crashed: true,
    frames,
    elided,
  });
  const notes = [form.note ?? `${form.title} shows no registers and no instructions`];
  if (frames.length === 0) notes.push("the log shows no stack of it");
  const outcome = { ...crashed(signal), exitCode: signal === null ? (form.exitCode ?? null) : null };
  if (signal === null) {
    const evidence = { threads: [thread], explanation: saidSo(form, draft) };
    return { from, to, outcome, program, known: { notes }, evidence };
  }
  const siginfo = signalOf(signal, draft);
  const message = draft.message === null ? null : oneLine(draft.message, 300);
  const capture = partialCapture({ siginfo, threads: [thread], abortMessage: message, incomplete: [] });
  return { from, to, outcome, program, known: { notes, capture: { ...capture, stderr: "" } } };
}

function signalOf(signal: string, { address, code }: Draft): ReturnType<typeof partialSignal> {
  const number = code !== null && /^-?\d{1,6}$/.test(code) ? Number(code) : null;
  const named = code !== null && /^[A-Z]{2,6}_[A-Z_]{2,16}$/.test(code) ? code : null;
  return partialSignal(signal, {
    code: number ?? codeNumber(signal, named),
    codeName: named ?? (number === null ? null : codeName(signal, number)),
    address:
      address === null ? null : trimmedHex(address.toLowerCase().startsWith("0x") ? address : `0x${address}`),
  });
}

function codeNumber(signal: string, name: string | null): number | null {
  if (name === null) return null;
  for (let code = 1; code <= 8; code++) if (codeName(signal, code) === name) return code;
  return null;
}

/** A runtime that ends the process by itself says why; the kernel has no part in it. */
function saidSo({ says }: PrintedForm, { message }: Draft): Explanation | null {
  if (message === null) return null;
  const text = `${says ?? "its last words"}: ${oneLine(message, 300)}`;
  return { kind: "abort", text, operand: null, facts: [] };
}
