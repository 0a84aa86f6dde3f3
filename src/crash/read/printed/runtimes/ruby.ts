import { backtraceSymbol, form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** Ruby's [BUG] report (vm_dump.c). */
export const ruby = printedStack({
  source: "ruby",
  title: "Ruby's bug report",
  trigger: /\[BUG\] /,
  heads: [
    /^(?:\S.{0,300}: )?\[BUG\] (?<signal>Segmentation fault|Bus Error|Illegal instruction|Floating point exception)(?: at (?<address>0x[0-9a-f]{1,16}))?$/i,
    /^(?:\S.{0,300}: )?\[BUG\] (?<message>\S.{0,300})$/,
  ],
  signal: "SIGABRT",
  frames: [
    backtraceSymbol,
    // Of Ruby's own frames only where there is no C-level stack.
    form(/^c:\d{4} p:\S{4} s:\S{4,6} [eE]:\S{6} [CI]FUNC {1,4}:(?<name>\S{1,200})(?: \[FINISH\])?$/),
    form(
      /^c:\d{4} p:\S{4} s:\S{4,6} e:\S{6} (?:METHOD|BLOCK|EVAL|TOP|CFUNC|IFUNC|RESCUE|CLASS) +(?<file>\S{1,300}):(?<line>\d{1,9})(?: \[FINISH\])?$/,
    ),
  ],
  stackStarts: /^-- C level backtrace information -/,
  stackEnds: /^-- (?:Other runtime information|Machine register|Threading)/,
  patience: 300,
});
