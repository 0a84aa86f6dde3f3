import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** Rust's panics, with and without a backtrace, of before and since 1.73. A panic ends the thread, and main's the process, with status 101. */
export const rust = printedStack({
  source: "rust",
  title: "Rust's panic",
  trigger:
    /panicked at|had a problem and crashed\.|The application panicked|has overflowed its stack|memory allocation of \d+ bytes failed|fatal runtime error: /,
  heads: [
    // rustc's own: the panic behind is how it ends
    /^(?<weak>(?:error: )?)internal compiler error: (?<message>compiler\/rustc_\S{1,200}:\d{1,7}:\d{1,5}: \S.{0,300})$/,
    // A thread other than main panics once: what follows is another's.
    /^(?<another>thread '(?!(?:main|rustc)')[^']{0,200}'(?: \(\d{1,10}\))? panicked at )(?!'|library\/core\/src\/panicking)\S.{0,300}:\d{1,9}:\d{1,9}:?$/,
    // In a destructor, or where nothing may unwind: the second panic of the same end.
    /^(?<joins>thread '[^']{0,200}'(?: \(\d{1,10}\))? panicked at library\/core\/src\/panicking\.rs:)\d{1,9}:\d{1,9}:?$/,
    // color-eyre and color-backtrace
    /^The application panicked \(crashed\)\.$/,
    /^thread '[^']{0,200}'(?: \(\d{1,10}\))? panicked at '(?<message>.{0,1000})', \S.{0,300}:\d{1,9}(?::\d{1,9})?$/,
    /^thread '[^']{0,200}'(?: \(\d{1,10}\))? panicked at (?!')\S.{0,300}:\d{1,9}:\d{1,9}:?$/,
    // In one line, as loggers write it.
    /^(?:.{0,100} )?thread '[^']{0,200}'(?: \(\d{1,10}\))? panicked at (?!')\S{1,300}:\d{1,9}:\d{1,9}: (?<message>\S.{0,400})$/,
    /^(?:.{0,100} )?thread '[^']{0,200}' panicked at '(?<message>.{0,400})': \S{1,300}:\d{1,9}(?:$|\s)/,
    // human-panic
    /^\S.{0,60} had a problem and crashed\. To help us diagnose the problem you can send us a crash report\.$/,
    /^thread '[^']{0,200}'(?: \(\d{1,10}\))? (?<message>has overflowed its stack)$/,
    /^thread '[^']{0,200}' panicked at '(?<message>.{0,1000})$/,
    /^(?<message>memory allocation of \d{1,20} bytes failed)$/,
    /^fatal runtime error: (?<message>.{1,300}?)(?:, aborting)?$/,
  ],
  details: [
    /^Message: {1,3}(?<message>\S.{0,400})$/,
    /^Location: {1,3}\S/,
    /^fatal runtime error: (?<message>.{1,300}?)(?:, aborting)?$/,
    /^(?<message>(?!note: |stack backtrace:|\d{1,4}: |at |thread ').{1,400})$/,
  ],
  frames: [form(/^\d{1,4}: {1,6}(?:0x[0-9a-f]{1,16} - )?(?<name>\S.{0,500}?)(?:::h[0-9a-f]{16})?$/)],
  place: /^at (?<file>\S.{0,500}?):(?<line>\d{1,9})(?::\d{1,9})?$/,
  stackStarts: /^stack backtrace:$/,
  aborts:
    /^memory allocation of \d{1,20} bytes failed|^fatal runtime error: |has overflowed its stack|^thread panicked while|panicked while (?:panicking|processing)|cannot unwind/,
  exitCode: 101,
  signal: null,
  patience: 12,
  says: "Rust panicked",
  note: "a panic is the program's own end: no signal is told",
});
