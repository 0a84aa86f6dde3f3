import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** gfortran's and Intel's runtimes (libgfortran's compile_options.c; forrtl). */
export const fortran = printedStack({
  source: "fortran",
  title: "the Fortran runtime's report",
  trigger: /Backtrace for this error|forrtl: |Program received signal SIG[A-Z]+:|Program aborted\. Backtrace/,
  heads: [
    /^Program received signal (?<signal>SIG[A-Z]{2,6}): \S.{0,100}$/,
    /^forrtl: severe \(\d{1,4}\): (?<signal>SIG[A-Z]{2,6}), \S.{0,100}$/,
    /^forrtl: (?:severe|error) \(\d{1,4}\): (?:Program Exception - )?(?<signal>floating (?:divide by zero|invalid|overflow|underflow|exception)|integer (?:divide by zero|overflow)|access violation|stack overflow|illegal instruction|Abort trap signal)$/i,
    /^(?<message>Program aborted)\. Backtrace:$/,
  ],
  signal: "SIGABRT",
  frames: [
    form(
      /^#\d{1,4} {1,3}(?:0x[0-9a-f]{1,16}|0xffffffffffffffff) in (?<name>\S.{0,300}?)(?: at (?<file>\S{1,300}):(?<line>\d{1,9}))?$/,
    ),
    form(
      /^(?<module>\S{1,100}) {1,24}(?<address>[0-9A-F]{8,16}) {1,4}(?<name>\S{1,200}) {1,40}(?<line>\d{1,9}|Unknown) {1,4}(?<file>\S{1,300})$/,
    ),
  ],
  place: /^at (?<file>\S.{0,500}):(?<line>\d{1,9})$/,
});
