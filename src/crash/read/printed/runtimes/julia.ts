import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** Julia's report of a signal (signal-handling.c). */
export const julia = printedStack({
  source: "julia",
  title: "Julia's report",
  trigger: /signal \(\d+(?:\.\d+)?\): |signal \d+ \(\d*\): /,
  heads: [
    /^(?:\[(?<pid>\d{1,10})\] )?signal \((?<signal>\d{1,2})(?:\.\d{1,2})?\): \S.{0,100}$/,
    /^(?:\[(?<pid>\d{1,10})\] )?signal (?<signal>\d{1,2}) \((?<code>\d{0,6})\): \S.{0,100}$/,
  ],
  frames: [
    form(
      /^(?!in expression starting )(?<name>[^\s:].{0,300}?) at (?<file>\S.{0,300}?):(?<line>\d{1,9})(?: \[inlined\])?$/,
    ),
    form(/^(?<name>[^\s:].{0,300}?) at (?<module>\S{1,300}) \(unknown line\)$/),
    form(/^unknown function \(ip: (?<address>0x[0-9a-f]{1,16})\)(?: at (?<module>\S{1,300}))?$/),
  ],
  patience: 12,
});
