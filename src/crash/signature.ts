import { signatureOfDeadlock } from "./deadlock.js";
import type { Evidence, SanitizerReport } from "./evidence.js";
import { gaveUp } from "./frames/go-story.js";
import { sanitizerStory } from "./frames/sanitizer-story.js";
import type { Outcome } from "./outcome.js";
import { lastLine, saidShape } from "./said.js";
import { serviceKey, serviceTitle } from "./service-end.js";
import { signatureOfGo } from "./signature/go.js";
import { signatureOfHang } from "./signature/hang.js";
import { signature, weakSignature, type Signature } from "./signature/name.js";
import { signatureOfNative } from "./signature/native.js";
import { oneLine } from "../text/printable.js";

export type { Signature } from "./signature/name.js";

/**
 * The signature of what happened: its signal, where it crashed and who called that. It holds no address, PID, thread
 * number, line or build (but for code without symbols, which has no other name), so that it is the same under ASLR, after
 * small changes of the source, and on two versions of a libc. Go and native frames of one crash give one: where from
 * gdb, called by whom from Go. Frames that cannot be trusted are not used.
 */
export function signatureOf(evidence: SignedEvidence, outcome: Outcome): Signature {
  const { service, beside = [] } = outcome;
  if (service !== undefined) return signature([serviceKey(service)], serviceTitle(service));
  const own = ofProgram(evidence, outcome);
  if (beside.length === 0) return own;
  const named = signature([own.id, ...beside.map(serviceKey)], own.title);
  // A long title is cut at its end: what failed beside the program is told, too.
  const title = `${oneLine(own.title, 100)}, beside ${oneLine(beside.map(serviceTitle).join(", "), 100)}`;
  return { ...own, id: named.id, title };
}

function ofProgram(evidence: SignedEvidence, outcome: Outcome): Signature {
  const reported = evidence.sanitizer ? ofSanitizer(evidence.sanitizer) : null;
  switch (outcome.kind) {
    case "clean":
      return signature(["clean"], "exit status 0");
    case "timeout":
      return outcome.deadlock ? signatureOfDeadlock([]) : signatureOfHang(evidence);
    case "exit":
      return reported ?? ofExit(evidence, outcome);
    case "crash":
      return reported ?? ofCrash(evidence, outcome);
  }
}

/** What a signature is made of. */
type SignedEvidence = Pick<Evidence, "go" | "siginfo" | "threads" | "explanation"> &
  Partial<Pick<Evidence, "sanitizer" | "output" | "debugInfo">>;

function ofSanitizer(report: SanitizerReport): Signature {
  const { parts, title } = sanitizerStory(report);
  return signature(parts, title);
}

function ofCrash(evidence: SignedEvidence, outcome: Outcome): Signature {
  if (outcome.outOfMemory) return signature(["out of memory"], "SIGKILL: out of memory");
  const { go, siginfo, threads } = evidence;
  // A panic is Go's own end: whatever signal began it, Go's frames tell it.
  if (go !== null && (siginfo === null || go.kind === "panic" || !go.signal || gaveUp(go)))
    return signatureOfGo(go);
  const signal = siginfo?.signal ?? outcome.signal ?? "crash";
  if (siginfo !== null || threads.length > 0) return signatureOfNative(evidence, signal, go);
  return weakSignature([signal], signal);
}

/** A status and the program's last line: two errors with one status are two. */
function ofExit({ output = null, ...evidence }: SignedEvidence, { exitCode }: Outcome): Signature {
  const said = output === null ? null : lastLine(output);
  const parts = [`exit ${exitCode}`, ...(said === null ? [] : [saidShape(said)])];
  const title = `exit status ${exitCode}`;
  const { siginfo } = evidence;
  if (siginfo === null) return signature(parts, said === null ? title : `${title}: ${oneLine(said, 120)}`);
  // A child died, and its parent made an exit status of it.
  const child = signatureOfNative(evidence, siginfo.signal, evidence.go);
  const { id } = signature([...parts, "child", child.id], title);
  const words = said === null ? "" : `: ${oneLine(said, 80)}`;
  return { ...child, id, title: `${title}${words}, after a child's ${child.title}` };
}
