import type { Finding, Reader } from "../finding.js";
import { lines, type Log } from "../log-line.js";
import { signalNumber } from "../../signal.js";
import { finding } from "./printed-finding.js";
import type { Draft, PrintedForm } from "./printed-form.js";
import { faultSignal } from "./signal-words.js";

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

class PrintedReader {
  private readonly found: Finding[] = [];
  private draft: Draft | null = null;
  /** There was an empty line since the report's head. */
  private gap = false;

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
    if (line === "") {
      this.gap = true;
      return;
    }
    const head = match(this.form.heads, line, this.form.anySignal === true);
    if (head !== null) this.head(head, at);
    if (this.draft !== null && this.form.outermostFirst?.test(line) === true) this.draft.reversed = true;
    if (this.draft !== null && this.form.aborts?.test(line) === true) this.draft.signal ??= "SIGABRT";
    if (head === null) this.body(line, at);
  }

  private body(line: string, at: number): void {
    const { stackFirst, together, patience = 60 } = this.form;
    // A head without a stack waits for it, or with the place alone (Redis).
    const { draft } = this;
    const waits = draft !== null && (draft.frames.length <= (draft.headed ? 1 : 0) || together === true);
    if (stackFirst !== undefined && !waits && stackFirst.test(line)) this.open(at, false);
    if (this.draft === null) return;
    if (this.part(line, this.draft)) this.draft.to = at + 1;
    else if (at - this.draft.to > patience) this.close();
  }

  /** A second head without a stack between them says more of the same. */
  private head(groups: Groups, at: number): void {
    const { draft } = this;
    const apart = draft !== null && draft.headed && draft.frames.length > 0 && this.form.together !== true;
    const joins = draft !== null && (!apart || groups["joins"] !== undefined);
    const same = joins && agrees(draft, groups) && groups["another"] === undefined;
    if (!same) this.open(at, true);
    if (this.draft === null) return;
    this.draft.headed = true;
    if (groups["weak"] === undefined) this.draft.weak = false;
    this.draft.to = at + 1;
    learn(this.draft, groups);
  }

  private open(at: number, headed: boolean): void {
    this.close();
    this.gap = false;
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
      before: [],
      elided: 0,
      headed,
      weak: true,
      taking: true,
      started: false,
      reversed: false,
    };
  }

  private part(line: string, draft: Draft): boolean {
    const { form } = this;
    if (form.outermostFirst?.test(line) === true) draft.reversed = true;
    if (form.stackStarts?.test(line) === true) {
      if (draft.frames.length > 0) draft.before = draft.frames;
      draft.frames = [];
      draft.taking = draft.started = true;
      return true;
    }
    if (form.stackEnds?.test(line) === true) {
      const begun = draft.started || draft.frames.length > 0;
      if (begun) draft.taking = false;
      return begun;
    }
    const more = match(form.details ?? [], line, form.anySignal === true);
    // A report that has its words already does not go on with others after an empty line: these are the log's.
    if (more !== null && !(this.gap && saysNothingNew(more, draft))) {
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
    if ((form.needsFrames === true || draft.weak) && draft.frames.length === 0) return;
    // The stack that was headed has nothing that can be read: the shorter form of it counts.
    if (draft.frames.length === 0) draft.frames = draft.before;
    this.found.push(finding(form, draft));
  }
}

function match(patterns: readonly RegExp[], line: string, any: boolean): Groups | null {
  for (const pattern of patterns) {
    const found = pattern.exec(line);
    if (found === null) continue;
    const groups: Groups = found.groups ?? {};
    // A signal that is somebody's wish is no crash.
    if (groups["signal"] !== undefined && !any && faultSignal(groups["signal"]) === null) continue;
    return groups;
  }
  return null;
}

/** Whether a line tells words alone, of a report that has some. */
function saysNothingNew(groups: Groups, { message }: Draft): boolean {
  const told = Object.keys(groups).filter((key) => groups[key] !== undefined);
  return message !== null && told.length === 1 && told[0] === "message";
}

/** `match` has sorted out what is somebody's wish. */
function signalOfWord(word: string): string | null {
  return faultSignal(word) ?? (signalNumber(word) === null ? null : word);
}

function agrees({ signal, pid }: Draft, groups: Groups): boolean {
  const other = groups["signal"] === undefined ? null : signalOfWord(groups["signal"]);
  const process = groups["pid"];
  return (
    (signal === null || other === null || signal === other) &&
    (pid === null || process === undefined || pid === process)
  );
}

/** What a line tells is kept where no line before it told the same. */
function learn(draft: Draft, groups: Groups): void {
  const { signal, address } = groups;
  draft.signal ??= signal === undefined ? null : signalOfWord(signal);
  draft.address ??= /^(?:0x)?[0-9a-f]{1,16}$/i.test(address ?? "") ? (address ?? null) : null;
  for (const key of ["code", "pid", "program", "message", "name"] as const)
    draft[key] ??= groups[key] ?? null;
}
