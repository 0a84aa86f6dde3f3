import { fromNull, type Evaluated } from "../x86/address.js";
import { originOf, type Origin } from "../x86/dataflow.js";
import type { Instruction } from "../evidence.js";
import { hex, type Mode } from "../x86/register.js";

/** Where a pointer came from: a clause for the explanation, and what it rests on. */
export interface OriginText {
  readonly text: string;
  readonly facts: readonly string[];
}

/** `rcx came from the return value of __ctype_b_loc, called 19 bytes before: null`; null where it cannot be told. */
export function describeOrigin(
  { base, index }: Pick<Evaluated, "base" | "index">,
  disassembly: readonly Instruction[],
  mode: Mode,
): OriginText | null {
  const pointer = base ?? (index?.scale === 1 ? index : null);
  if (pointer === null || /^[re][bs]p$/.test(pointer.register)) return null;
  const { register, value } = pointer;
  const held =
    value === 0n ? "null" : fromNull(value, mode) === null ? hex(value) : `${hex(value)}, near null`;
  const trace = originOf(register, disassembly, mode);
  if (trace === null) return null;
  const { origin, certain } = trace;
  // A constant that the register does not hold shows that another path led here.
  if (origin.kind === "constant" && BigInt.asUintN(mode, origin.value) !== value) return null;
  const facts =
    origin.kind === "return" && origin.loaded !== null
      ? [`\`${origin.loaded}\` read ${register} from where the return value of ${origin.callee} points`]
      : [];
  const text = certain
    ? `${register} came from ${source(origin)}: ${held}`
    : `${register} is ${held}, perhaps from ${source(origin)} (other code paths lead here, too)`;
  return { text, facts };
}

function source(origin: Origin): string {
  switch (origin.kind) {
    case "return":
      return `the return value of ${origin.callee}, called ${origin.bytes} bytes before`;
    case "load":
      return `${origin.from === "" ? "memory" : `memory at ${origin.from}`} (\`${origin.text}\`)`;
    case "constant":
      return `a constant (\`${origin.text}\`)`;
    case "computed":
      return `\`${origin.text}\``;
    case "argument":
      return `the function's argument ${origin.position}`;
  }
}
