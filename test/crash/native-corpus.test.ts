import { assembleEvidence } from "../../src/crash/assemble-evidence.js";
import { captureKey } from "../../src/crash/key.js";
import { goTraceOf } from "../../src/crash/read/go/trace.js";
import { readCapture } from "../../src/crash/read/capture.js";
import type { Outcome } from "../../src/crash/outcome.js";
import { signatureOf } from "../../src/crash/signature.js";
import { testCorpus, type Answer } from "./corpus.js";

/** Addresses in words change with every recording (ASLR); their place does not. */
function steady(text: string): string {
  return text
    .replace(/0x[0-9a-f]{6,16}/g, "0x…")
    .replace(/\/tmp\/tmp\w+/g, "TMP")
    .replace(/process \d+/, "process N");
}

testCorpus(
  "native",
  { given: ["SOURCE"], answers: ["TITLE", "ID", "KEY", "KIND", "TEXT", "OPERAND", "FACT", "INCOMPLETE"] },
  ({ log }): Answer => {
    const read = readCapture(log);
    if ("refused" in read) throw new Error(read.refused);
    const { capture } = read;
    const goTrace = goTraceOf(capture.stderr);
    const outcome: Outcome = capture.hang
      ? { kind: "timeout", signal: null, exitCode: null }
      : goTrace === null
        ? { kind: "crash", signal: capture.siginfo.signal, exitCode: null }
        : { kind: "crash", signal: null, exitCode: 2 };
    const captures = { tried: 1, met: 1 };
    const evidence = assembleEvidence({ outcome, goTrace, output: null, capture, captures, notes: [] });
    const { id, title } = signatureOf(evidence, outcome);
    const { explanation } = evidence;
    const operand = explanation?.operand;
    return {
      TITLE: [steady(title)],
      ID: [id],
      KEY: [steady(captureKey(capture))],
      KIND: [explanation?.kind ?? "none"],
      TEXT: [steady(explanation?.text ?? "")],
      OPERAND: operand ? [steady(`${operand.access} ${operand.text} at ${operand.address}`)] : [],
      FACT: (explanation?.facts ?? []).map(steady),
      INCOMPLETE: evidence.incomplete.map(steady),
    };
  },
);
