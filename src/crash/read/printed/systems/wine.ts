import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** Wine's report of an exception that nobody handles, and winedbg's backtrace. */
export const wine = printedStack({
  source: "wine",
  title: "Wine",
  trigger: /Unhandled (?:page fault|exception|illegal|division)|wine: Unhandled/,
  heads: [
    /^(?:wine: )?Unhandled (?<message>page fault on (?:read|write|execute|unknown) access to (?<address>(?:0x)?[0-9a-f]{1,16}))\b/i,
    /^(?:wine: )?Unhandled (?<message>exception:? (?:0x)?[0-9a-f]{8}|illegal instruction|division by zero|privileged instruction|stack overflow)\b/i,
    /^Unhandled exception: (?<message>page fault on \w{1,10} access to (?<address>0x[0-9a-f]{1,16}))/,
  ],
  frames: [
    form(
      /^(?:=>)?\d{1,4} (?<address>0x[0-9a-f]{1,16}) (?<name>[^\s(]{1,300}?)(?:\+0x[0-9a-f]{1,16})?(?:\(.{0,500}\))?(?: \[(?<file>[^\]]{1,300}):(?<line>\d{1,9})\])? in (?<module>\S{1,100})(?: \(.{0,60}\))?$/,
    ),
  ],
  stackStarts: /^Backtrace:$/,
  stackEnds: /^Modules:$/,
  patience: 60,
  says: "Windows's exception",
});
