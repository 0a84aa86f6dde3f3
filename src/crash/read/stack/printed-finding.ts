import { oneLine } from "../../../text/printable.js";
import type { Explanation } from "../../evidence.js";
import { codeName } from "../../signal.js";
import { crashed, type Finding } from "../finding.js";
import { trimmedHex } from "../hex.js";
import { partialCapture, partialSignal, partialThread } from "../partial-capture.js";
import { frameOf } from "./frame.js";
import { withoutHandler } from "./machinery.js";
import type { Draft, PrintedForm } from "./printed-form.js";

const START = /^_*libc_start_|^_start$/;

/** What a report comes to. */
export function finding(form: PrintedForm, draft: Draft): Finding {
  const { from, to } = draft;
  const signal = draft.signal ?? form.signal ?? null;
  const ordered = draft.reversed ? draft.frames.toReversed() : draft.frames;
  const named = draft.name === null ? [] : [frameOf({ name: draft.name })];
  // A stripped program's stack has the names of libc's start alone.
  const bare = ordered.every(({ function: name }) => name === null || START.test(name));
  const frames = bare && named.length > 0 ? named : withoutHandler(ordered, form.own);
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
  const withSignal =
    draft.signal === null ? { withSignal: (told: string) => finding(form, { ...draft, signal: told }) } : {};
  if (signal === null) {
    const evidence = { threads: [thread], explanation: saidSo(form, draft) };
    return { from, to, outcome, program, known: { notes }, evidence, ...withSignal };
  }
  const siginfo = signalOf(signal, draft);
  const message = draft.message === null ? null : oneLine(draft.message, 300);
  const capture = partialCapture({ siginfo, threads: [thread], abortMessage: message, incomplete: [] });
  return { from, to, outcome, program, known: { notes, capture: { ...capture, stderr: "" } }, ...withSignal };
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
