import { form } from "../stack/frame.js";
import { printedStack } from "../stack/printed-stack.js";

/** A crash of another kernel than Linux: FreeBSD's and its like, macOS's, Windows's stop codes. */
export const otherPanic = printedStack({
  source: "kernel-panic",
  title: "the kernel's panic",
  trigger: /Fatal trap \d|KDB: stack backtrace|panic\(cpu \d|Bugcheck Analysis|rebooted from a bugcheck/,
  heads: [
    /^Fatal trap \d{1,3}: (?<message>\S.{0,100}? while in kernel mode)$/,
    /^(?<weak>panic: )(?<message>\S.{0,200})$/,
    /^panic\(cpu \d{1,3} caller 0x[0-9a-f]{8,16}\): (?<message>\S.{0,200}?)(?: at pc 0x[0-9a-f]{8,16}.{0,100})?$/,
    // WinDbg of a whole machine
    /^(?<weak>\*) {1,60}Bugcheck Analysis {1,60}\*$/,
    /^(?<weak>)(?<message>[A-Z][A-Z0-9]{1,30}(?:_[A-Z0-9]{1,30}){1,12} \([0-9a-f]{1,8}\))$/,
    /^The computer has rebooted from a bugcheck\. {1,2}The (?<message>bugcheck was: 0x[0-9a-f]{8})\b/,
  ],
  details: [
    /^fault virtual address\s{1,8}= (?<address>0x[0-9a-f]{1,16})$/,
    /^Arg1: (?<address>[0-9a-f]{16}), memory referenced$/,
    /^.{0,120}\bfar: (?<address>0x[0-9a-f]{16})$/,
  ],
  frames: [
    form(/^#\d{1,4} (?<address>0x[0-9a-f]{8,16}) at (?<name>[A-Za-z_.][\w.]{0,200})\+0x[0-9a-f]{1,8}$/),
    form(
      /^(?<name>[A-Za-z_.][\w.]{0,200})\(\) at (?:[A-Za-z_.][\w.]{0,200}\+0x[0-9a-f]{1,8})(?:\/frame 0x[0-9a-f]{8,16})?$/,
    ),
    form(
      /^[0-9a-f`]{8,17} [0-9a-f`]{8,17} {1,8}:? [0-9a-f` ]{0,90}: (?<module>[^\s!]{1,200})!(?<name>\S.{0,300}?)(?:\+0x[0-9a-f]{1,16})?$/,
    ),
  ],
  stackStarts: /^(?:KDB: stack backtrace|STACK_TEXT): *$/,
  stackEnds: /^(?:SYMBOL_NAME|STACK_COMMAND|FOLLOWUP_|MODULE_NAME)/,
  signal: null,
  together: true,
  patience: 60,
  says: "the kernel says",
  note: "the kernel's own stack: which program led to it is only named",
});
