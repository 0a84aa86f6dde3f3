import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** minidump-stackwalk, of Breakpad and of rust-minidump. */
export const minidump = printedStack({
  source: "minidump",
  title: "minidump-stackwalk",
  trigger: /Crash reason:|\(crashed\)/,
  heads: [
    /^Crash reason: {1,4}(?<signal>SIG[A-Z]{2,6})(?: ?\/ ?(?<code>[A-Z]{3}_[A-Z]{3,8}|0x[0-9a-f]{8}))?/,
    /^Crash reason: {1,4}(?<signal>EXC_[A-Z_]{3,30}|EXCEPTION_(?:ACCESS|IN_PAGE|BREAKPOINT|PRIV|FLT_DIVIDE|STACK_OVER|ILLEGAL|INT_DIV)[A-Z_]{0,40})/,
    /^Crash reason: {1,4}(?<message>(?!SIG|EXC_|No crash)[A-Z0-9][\w/ ]{3,80}?)$/,
  ],
  details: [/^Crash address: (?<address>0x[0-9a-f]{1,16})/],
  frames: [
    form(
      /^\d{1,4} {1,2}(?<module>[^\s!]{1,200})!(?<name>\S.{0,500}?) \[(?<file>[^\]:]{1,300}) : (?<line>\d{1,9}) \+ 0x[0-9a-f]{1,16}\]$/,
    ),
    form(/^\d{1,4} {1,2}(?<module>[^\s!]{1,200})!(?<name>\S.{0,500}?)(?: \+ 0x[0-9a-f]{1,16})?$/),
    form(/^\d{1,4} {1,2}(?<module>[^\s!]{1,200}) \+ (?<offset>0x[0-9a-f]{1,16})$/),
  ],
  stackStarts: /^Thread \d{1,6} (?:\S{1,64} )?\(crashed\)/,
  stackEnds: /^(?:Thread \d{1,6}(?: \S{1,64})?$|Loaded modules:)/,
  patience: 200,
});
