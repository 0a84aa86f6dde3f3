import { backtraceSymbol, form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** Compilers that crash: LLVM's `Stack dump`, gcc's and rustc's internal compiler errors. */
export const compiler = printedStack({
  source: "compiler",
  title: "the compiler's own report",
  trigger:
    /PLEASE submit a |Stack dump:|internal compiler error: |submit a full bug report|rustc interrupted by/,
  heads: [
    /^PLEASE submit a (?:full )?bug report to \S{4,200} and include the crash backtrace/,
    /^(?:\S.{0,200}: )?internal compiler error: (?<signal>Segmentation fault|Illegal instruction|Aborted|Bus error|Floating point exception)(?: signal terminated program (?<program>\S{1,100}))?$/i,
    /^(?:\S.{0,200}: )?(?<message>internal compiler error): in (?<name>[\w:~<>]{1,200}), at \S{1,300}:\d{1,7}$/,
    /^(?:\S.{0,200}: )?internal compiler error: (?!Killed)(?<message>\S.{0,300})$/,
    /^(?<message>LLVM ERROR: \S.{0,300})$/,
    /^(?:\S.{0,200}: )?(?<message>Assertion [`'].{1,300}' failed\.)$/,
    /^(?:error: )?(?<program>rustc) interrupted by (?<signal>SIG[A-Z]{2,6}), printing backtrace$/,
    /^Stack dump:$/,
  ],
  frames: [
    backtraceSymbol,
    form(
      /^#?\d{1,4} {1,3}(?<address>0x[0-9a-f]{8,16}) (?<name>\S.{0,1000}?) (?<file>\/\S.{0,500}?):(?<line>\d{1,9}):\d{1,9}$/,
    ),
    form(
      /^#?\d{1,4} {1,3}(?<address>0x[0-9a-f]{8,16}) (?:(?<name>\S.{0,1000}?) )?\((?<module>\/?\S{1,300})\+(?<offset>0x[0-9a-f]{1,16})\)$/,
    ),
    form(
      /^\d{1,4} {1,3}(?<module>\S{1,100}) {1,40}(?<address>0x[0-9a-f]{8,16}) (?<name>\S.{0,1000}?) \+ \d{1,12}$/,
    ),
    // gcc
    form(/^(?<address>0x[0-9a-f]{4,16}) (?<name>[A-Za-z_].{0,500})$/),
  ],
  // LLVM before 12 prints its stack first.
  stackFirst: /^#?0 {1,4}.*\bllvm::sys::PrintStackTrace\(/,
  place: /^(?<file>(?:\.\.\/|\/)\S{1,300}):(?<line>\d{1,9})$/,
  patience: 30,
  says: "the compiler gave up",
});
