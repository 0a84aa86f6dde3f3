import { fromNull, mappingOf, valueText } from "../x86/address.js";
import type { Explained } from "./explained.js";
import type { Explanation } from "../evidence.js";
import { hex, registerValue } from "../x86/register.js";
import { crashedThread } from "../frames/thread-story.js";

/** Explains a jump to where no code can run: the address that failed is that of the instruction itself. */
export function explainExecute({ siginfo, registers, mappings, threads }: Explained): Explanation | null {
  const rip = registerValue("rip", registers);
  if (siginfo.code === 128 || rip === null || siginfo.signal !== "SIGSEGV") return null;
  // Without the kernel's address (a pasted session) only what can never be code is certain.
  if (siginfo.address === null ? fromNull(rip) === null : rip !== BigInt(siginfo.address)) return null;
  const mapping = mappingOf(rip, mappings);
  // Executable memory: then the instruction was fetched, and what failed is an access that happens to hit itself.
  if (mapping !== null && mapping.permissions.includes("x")) return null;
  const caller = crashedThread(threads)
    ?.frames.slice(1)
    .find((frame) => frame.trusted && frame.function !== null);
  const from = caller === undefined ? "" : `; the frame below it is ${caller.function}`;
  const near = fromNull(rip);
  const where =
    near === 0n
      ? "0, the null pointer"
      : mapping === null
        ? `${valueText(rip)}, where ${mappings.length > 0 ? "nothing is mapped" : "no code is"}`
        : `${hex(rip)} in ${mapping.path ?? "memory without a name"}, mapped ${mapping.permissions}: data, not code`;
  return {
    kind: "execute-bad-address",
    text: `call of or jump to ${where}${from}`,
    operand: {
      access: "execute",
      text: "%rip",
      displacement: "0x0",
      base: { register: "rip", value: hex(rip) },
      index: null,
      segment: null,
      address: hex(rip),
    },
    facts: [],
  };
}
