import { fromNull, mappingOf, NEAR_NULL, sumText, type Evaluated } from "../x86/address.js";
import { candidatesOf, operandRecord, textFact, VERBS, type Candidate } from "./candidate.js";
import { describeOrigin } from "./origin.js";
import type { Explained } from "./explained.js";
import { explanation } from "./explanation.js";
import type { Explanation, Instruction, Mapping } from "../evidence.js";
import { explainExecute } from "./execute.js";
import { explainProtection } from "./protection.js";
import { parseInstruction, shownInstruction } from "../x86/instruction.js";
import { hex, modeOf } from "../x86/register.js";
import { stackOverflow } from "../frames/stack-overflow.js";
import { crashedThread } from "../frames/thread-story.js";

/** Explains SIGSEGV and SIGBUS: which access of which operand failed, and what is at that address. */
export function explainMemory(capture: Explained): Explanation {
  const { siginfo, registers, disassembly } = capture;
  const jump = explainExecute(capture);
  if (jump !== null) return jump;
  const at = disassembly.findIndex((line) => line.current);
  const line = disassembly[at];
  const parsed = line === undefined ? null : parseInstruction(line.text);
  if (line === undefined || parsed === null) return undecoded(capture, line);
  const candidates = candidatesOf(parsed, registers, disassembly[at + 1]);
  // SI_KERNEL: a general protection fault; the processor gives no address, and the kernel reports 0.
  if (siginfo.code === 128) return explainProtection(capture, line, parsed, candidates);
  if (siginfo.address === null) return unchecked(capture, line, candidates);
  const address = BigInt(siginfo.address);
  const hit = candidates.find(({ evaluated, size }) => {
    const past = BigInt.asUintN(64, address - evaluated.address);
    return past < BigInt(size);
  });
  if (hit === undefined) return mismatch(capture, line, candidates);
  return fault(capture, hit, address);
}

function fault(capture: Explained, hit: Candidate, address: bigint): Explanation {
  const { siginfo, mappings, disassembly, registers } = capture;
  const mode = modeOf(registers);
  const verb = VERBS[hit.access];
  const past = address - hit.evaluated.address;
  const sum = sumText(hit.operand, hit.evaluated);
  const where = past === 0n ? sum : `${hex(address)}, ${past} bytes into an access at ${sum}`;
  const stack = stackOverflow(capture, address);
  const record = operandRecord(hit);
  if (stack !== null) {
    return {
      kind: "stack-overflow",
      text: `${verb} of ${where}: ${stack.text}`,
      operand: record,
      facts: stack.facts,
    };
  }
  const origin = describeOrigin(hit.evaluated, disassembly, mode);
  const text = `${verb} of ${where}${hit.implicit ? " (the stack)" : ""}${origin === null ? "" : `; ${origin.text}`}`;
  const rests = [...(origin?.facts ?? []), ...allocatorFacts(capture)];
  const mapping = mappingOf(address, mappings);
  if (siginfo.signal === "SIGBUS")
    return {
      kind: "bus-error",
      text,
      operand: record,
      facts: [...rests, ...busFacts(siginfo.code, mapping)],
    };
  const near = fromNull(address, mode);
  if (near !== null) {
    const kind = near === 0n ? "null-dereference" : "near-null";
    return { kind, text, operand: record, facts: [...rests] };
  }
  if (hit.access !== "read" && mapping !== null && !mapping.permissions.includes("w") && siginfo.code === 2) {
    const what = `${mapping.path ?? "memory without a name"} is mapped ${mapping.permissions}`;
    return { kind: "write-to-read-only", text: `${text}; ${what}`, operand: record, facts: [...rests] };
  }
  return {
    kind: "wild-pointer",
    text,
    operand: record,
    facts: [...rests, ...placeFacts(address, mapping, mappings, hit.evaluated)],
  };
}

/** musl's free, realloc and malloc_usable_size look up here which block they were given. */
function allocatorFacts({ threads }: Explained): string[] {
  if (crashedThread(threads)?.frames[0]?.function !== "get_meta") return [];
  return [
    "musl's free or realloc was given a pointer that is no living block: freed before, or none of malloc's",
  ];
}

function busFacts(code: number | null, mapping: Mapping | null): string[] {
  const place = mapping?.path ?? null;
  if (code === 2) {
    return [
      place === null
        ? "the page has nothing behind it (BUS_ADRERR)"
        : `the page lies beyond the end of ${place}, which is mapped there (BUS_ADRERR)`,
    ];
  }
  return code === 1 ? ["the address is not aligned as this access needs it (BUS_ADRALN)"] : [];
}

/** What lies at and around an address that could not be used. */
function placeFacts(
  address: bigint,
  mapping: Mapping | null,
  mappings: readonly Mapping[],
  evaluated: Evaluated,
): string[] {
  const facts: string[] = [];
  if (mapping !== null) {
    facts.push(
      `${hex(address)} lies in ${mapping.path ?? "memory without a name"}, mapped ${mapping.permissions}`,
    );
  } else if (mappings.length > 0) {
    const before = mappings.filter(({ end }) => BigInt(end) <= address).at(-1);
    const gap = before === undefined ? null : address - BigInt(before.end);
    facts.push(
      before !== undefined && gap !== null && gap < NEAR_NULL
        ? `nothing is mapped at ${hex(address)}, ${gap} bytes past the end of ${before.path ?? "memory without a name"} (${before.permissions})`
        : `nothing is mapped at ${hex(address)}`,
    );
  }
  return [...facts, ...textFact(evaluated)];
}

function mismatch(capture: Explained, line: Instruction, candidates: readonly Candidate[]): Explanation {
  const text = shownInstruction(line.text);
  const address = capture.siginfo.address ?? "no address";
  const [only] = candidates;
  const instead =
    only === undefined
      ? "whose operand cannot be computed from the known registers"
      : `which by the registers would use ${sumText(only.operand, only.evaluated)}`;
  return explanation(
    "unknown",
    `${capture.siginfo.signal} at ${address} in \`${text}\`, ${instead}: the two do not agree, so the cause is not known`,
  );
}

/** A pasted session without siginfo: the operand is known, but nothing to check it against. */
function unchecked(capture: Explained, line: Instruction, candidates: readonly Candidate[]): Explanation {
  const [only] = candidates.filter(({ implicit }) => !implicit || candidates.length === 1);
  if (only === undefined || candidates.length > 1) return undecoded(capture, line);
  const explained = fault(capture, only, only.evaluated.address);
  const fact =
    "by the registers alone: the kernel's fault address is not known, so this is not checked against it";
  return { ...explained, facts: [...explained.facts, fact] };
}

/** Without an instruction that can be read, only the address speaks. */
function undecoded(capture: Explained, line: Instruction | undefined): Explanation {
  const { siginfo } = capture;
  const stack = siginfo.address === null ? null : stackOverflow(capture, BigInt(siginfo.address));
  if (stack !== null) {
    return explanation("stack-overflow", stack.text, stack.facts);
  }
  const where = crashedThread(capture.threads)?.frames[0]?.function;
  const at = siginfo.address === null ? "an unknown address" : `address ${siginfo.address}`;
  const why =
    line === undefined
      ? "the faulting instruction is not known"
      : parseInstruction(line.text) !== null
        ? `\`${shownInstruction(line.text)}\` cannot be evaluated: registers or the address are not known`
        : `\`${shownInstruction(line.text)}\` cannot be read`;
  const text = `${siginfo.signal} at ${at}${where ? ` in ${where}` : ""}; ${why}`;
  return explanation("unknown", text);
}
