import { fromNull, mappingOf, valueText } from "../x86/address.js";
import type { Explained } from "./explained.js";
import type { Explanation, Mapping } from "../evidence.js";
import { hex, modeOf, nameIn, registerValue, type Mode } from "../x86/register.js";
import { crashedThread } from "../frames/thread-story.js";
import { symbolName } from "../symbol.js";

/** Explains a jump to where no code can run: the address that failed is that of the instruction itself. */
export function explainExecute({ siginfo, registers, mappings, threads }: Explained): Explanation | null {
  const mode = modeOf(registers);
  const name = nameIn("rip", mode);
  const rip = registerValue(name, registers);
  if (siginfo.code === 128 || rip === null || siginfo.signal !== "SIGSEGV") return null;
  // Without the kernel's address (a pasted session) only what can never be code is certain.
  if (siginfo.address === null ? fromNull(rip, mode) === null : rip !== BigInt(siginfo.address)) return null;
  const mapping = mappingOf(rip, mappings);
  // Executable memory: then the instruction was fetched, and what failed is an access that happens to hit itself.
  if (mapping !== null && mapping.permissions.includes("x")) return null;
  const caller = crashedThread(threads)
    ?.frames.slice(1)
    .find((frame) => frame.trusted && frame.function !== null);
  const from = caller === undefined ? "" : `; the frame below it is ${caller.function}`;
  const isGone = fromNull(rip, mode) === null && mapping === null;
  return {
    kind: "execute-bad-address",
    text: `call of or jump to ${placeOf(rip, mode, mapping, mappings.length > 0)}${from}`,
    operand: {
      access: "execute",
      text: `%${name}`,
      displacement: "0x0",
      base: { register: name, value: hex(rip) },
      index: null,
      segment: null,
      address: hex(rip),
    },
    facts: isGone ? registered(caller?.function ?? "") : [],
  };
}

function placeOf(rip: bigint, mode: Mode, mapping: Mapping | null, mapped: boolean): string {
  if (fromNull(rip, mode) === 0n) return "0, the null pointer";
  if (mapping === null) return `${valueText(rip)}, where ${mapped ? "nothing is mapped" : "no code is"}`;
  return `${hex(rip)} in ${mapping.path ?? "memory without a name"}, mapped ${mapping.permissions}: data, not code`;
}

/** Whoever calls what was registered before; what is gone by then was a library's. */
const REGISTERED: readonly (readonly [RegExp, string])[] = [
  [/^(?:run_exit_handlers|cxa_finalize|funcs_on_exit|exit)$/, "atexit"],
  [/^(?:nptl_deallocate_tsd|pthread_tsd_run_dtors)$/, "pthread_key_create"],
  [/^(?:call_tls_dtors)$/, "a thread_local's constructor (__cxa_thread_atexit)"],
  [/^(?:run_fork_handlers\w*|run_p\w+fork_handlers|fork_handler)$/, "pthread_atfork"],
];

function registered(caller: string): string[] {
  const by = REGISTERED.find(([pattern]) => pattern.test(symbolName(caller)))?.[1];
  if (by === undefined) return [];
  return [
    `it was registered by ${by}; its code is gone, as after dlclose() of the library that registered it`,
  ];
}
