import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** SBCL's and Clozure CL's words of a memory fault that Lisp did not handle. */
export const lisp = printedStack({
  source: "lisp",
  title: "the Lisp runtime's report",
  trigger:
    /fatal error encountered in SBCL|CORRUPTION WARNING in SBCL|Unhandled memory fault|exception in foreign context/i,
  heads: [
    /^(?<weak>CORRUPTION WARNING in SBCL pid (?<pid>\d{1,10}))\b.{0,60}:$/,
    /^fatal error encountered in SBCL pid (?<pid>\d{1,10})\b.{0,60}:$/,
  ],
  details: [
    /^(?:Unhandled )?(?<signal>[Mm]emory fault) at (?<address>0x[0-9a-f]{1,16})\b.{0,200}$/,
    /^(?<message>(?:Control stack|Binding stack|Alien stack|Heap) exhausted.{0,200}|GC invariant lost.{0,200})$/,
  ],
  frames: [
    form(
      /^\d{1,4}: fp=0x[0-9a-f]{1,16} pc=(?<address>0x[0-9a-f]{1,16}) (?:Foreign function )?(?<name>\S.{0,300})$/,
    ),
  ],
  together: true,
  patience: 12,
  says: "the runtime says",
});
