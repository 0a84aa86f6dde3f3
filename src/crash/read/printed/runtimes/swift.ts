import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** Swift's backtracer, and its runtime's fatal errors, which trap. */
export const swift = printedStack({
  source: "swift",
  title: "Swift's report",
  trigger: /Program crashed: |Fatal error: |Fatal error$|Thread \d+ .*crashed:/m,
  heads: [
    /^(?:\*\*\* |💣 )?Program crashed: (?<signal>Bad pointer dereference|Access violation|Bus error|Illegal instruction|Floating point exception|Aborted) at (?<address>0x[0-9a-f]{1,16})(?: \*\*\*)?$/,
    /^(?:\*\*\* |💣 )?(?<message>Program crashed: \S.{0,200}?)(?: at 0x[0-9a-f]{1,16})?(?: \*\*\*)?$/,
    /^\S.{0,300}\.swift:\d{1,9}: Fatal error: (?<message>\S.{0,300})$/,
    // Swift before 5.6 named the file behind; PHP, R and OCaml begin their words so, too.
    /^Fatal error: (?<message>\S.{0,300}): file \S.{0,300}\.swift, line \d{1,9}$/,
    /^(?<weak>Fatal error: )(?!exception )(?<message>\S.{0,300})$/,
    /^(?:\S.{0,300}\/)?\S{1,100}\.swift:\d{1,9}: (?<message>(?:Fatal error|Precondition failed|Assertion failed)(?:: .{1,300})?)$/,
  ],
  signal: "SIGTRAP",
  frames: [
    form(
      /^\d{1,4} (?:\[(?:ra|inlined|async|system)\] ){0,3}(?:0x[0-9a-f]{1,16} )?(?:\[(?:ra|inlined|async|system)\] ){0,3}(?<name>\S.{0,500}?)(?: \+ \d{1,9})? in (?<module>\S{1,200})(?: at (?<file>\S.{0,300}?):(?<line>\d{1,9})(?::\d{1,9})?)?$/,
    ),
    form(
      /^\d{1,4} {1,4}(?<module>\S{1,100}) {1,40}(?<address>0x[0-9a-f]{6,16}) (?<name>\S.{0,500}?) \+ \d{1,12}$/,
    ),
  ],
  stackStarts: /^Thread \d{1,6}(?: "[^"]{0,64}")? crashed:$/,
  stackEnds: /^(?:Registers:|Images \(|Thread \d{1,6}(?: "[^"]{0,64}")?:$)/,
  patience: 30,
});
