import type { Explanation, Instruction } from "../evidence.js";
import { isCanonical, sumText } from "../x86/address.js";
import { shownInstruction, type Parsed } from "../x86/instruction.js";
import { hex, modeOf, nameIn, registerValue } from "../x86/register.js";
import { operandRecord, textFact, VERBS, type Candidate } from "./candidate.js";
import type { Explained } from "./explained.js";
import { explanation } from "./explanation.js";
import { describeOrigin } from "./origin.js";

const NOT_CANONICAL = "which is no address that the processor takes (not canonical)";
/** Instructions whose operand in memory has to lie at a multiple of its size. */
const NEEDS_ALIGNMENT =
  /^v?(?:mova|movdqa|movnt|p?(?:add|sub|xor|and|or|mul|cmp)|fx|xsave|xrstor|cvt|div|sqrt|unpck|shuf)/;

/** Explains a general protection fault, for which the processor gives no address: what of the instruction it cannot have liked. */
export function explainProtection(
  capture: Explained,
  line: Instruction,
  parsed: Parsed,
  candidates: readonly Candidate[],
): Explanation {
  const text = shownInstruction(line.text);
  return (
    wildAccess(capture, candidates) ??
    wildJump(capture, parsed) ??
    misaligned(capture, parsed, candidates) ??
    explanation("unknown", `general protection fault at \`${text}\`; the processor gives no address for it`)
  );
}

function wildAccess(
  { disassembly, registers }: Explained,
  candidates: readonly Candidate[],
): Explanation | null {
  const wild = candidates.find(({ evaluated }) => !isCanonical(evaluated.address));
  if (wild === undefined) return null;
  const { operand, evaluated, access } = wild;
  const origin = describeOrigin(evaluated, disassembly, modeOf(registers));
  const whence = origin === null ? "" : `; ${origin.text}`;
  return {
    kind: "non-canonical",
    text: `${VERBS[access]} of ${sumText(operand, evaluated)}, ${NOT_CANONICAL}${whence}`,
    operand: operandRecord(wild),
    facts: textFact(evaluated),
  };
}

function wildJump({ registers }: Explained, { mnemonic, operands }: Parsed): Explanation | null {
  const [target] = operands;
  if (target?.kind === "register" && target.indirect) {
    const to = registerValue(target.name, registers);
    if (to !== null && !isCanonical(to))
      return explanation("non-canonical", `jump to ${target.name} (${hex(to)}), ${NOT_CANONICAL}`);
  }
  if (!mnemonic.startsWith("ret")) return null;
  return explanation(
    "non-canonical",
    "return to an address on the stack that the processor does not take (not canonical): the stack was overwritten or unbalanced",
  );
}

function misaligned(
  { registers }: Explained,
  { mnemonic }: Parsed,
  candidates: readonly Candidate[],
): Explanation | null {
  const crooked = candidates.find(
    ({ evaluated, size }) => size >= 16 && evaluated.address % BigInt(Math.min(size, 64)) !== 0n,
  );
  if (crooked === undefined || !NEEDS_ALIGNMENT.test(mnemonic)) return null;
  const { evaluated, size, operand, access } = crooked;
  const onStack = operand.base !== null && /^[re][sb]p$/.test(operand.base);
  const name = nameIn("rsp", modeOf(registers));
  return {
    kind: "misaligned",
    text: `${VERBS[access]} of ${sumText(operand, evaluated)}, which ${mnemonic} needs to be a multiple of ${size}`,
    operand: operandRecord(crooked),
    facts: onStack ? [`the stack is not aligned: ${name} is ${registers[name] ?? "unknown"}`] : [],
  };
}
