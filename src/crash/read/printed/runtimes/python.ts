import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** Python's faulthandler and Py_FatalError, which aborts. */
export const python = printedStack({
  source: "python",
  title: "Python's fault handler",
  trigger: /Fatal Python error|Windows fatal exception/,
  heads: [
    /^(?:\S.{0,200} |\S{0,200} [.sxXFE]{1,200})?Fatal Python error: (?<message>(?<signal>Segmentation fault|Bus error|Floating[ -]point exception|Illegal instruction|Aborted))$/,
    /^(?:\S.{0,200} |\S{0,200} [.sxXFE]{1,200})?Windows fatal exception: (?<signal>access violation)$/,
    /^(?:\S.{0,200} |\S{0,200} [.sxXFE]{1,200})?Fatal Python error: (?<message>\S.{0,400})$/,
  ],
  // Py_FatalError calls abort().
  signal: "SIGABRT",
  frames: [form(/^File "(?<file>[^"]{0,500})", line (?<line>\d{1,9}) in (?<name>\S{1,300})$/)],
  stackStarts:
    /^Current thread (?:0x[0-9a-f]{1,16}|\S{1,40})(?: \[[^\]]{0,64}\])? \(most recent call first\):/,
  stackEnds: /^Thread 0x[0-9a-f]{1,16}(?: \[[^\]]{0,64}\])? \(most recent call first\):|^Extension modules: /,
  note: "the stack is of Python's functions: which C code crashed is not in it",
});
