import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** V's report of a signal: places in the C that it was made from. */
export const vlang = printedStack({
  source: "vlang",
  title: "V's report",
  trigger: /^.{0,80}signal \d{1,2}: [a-z ]{5,30}$/m,
  heads: [/^signal (?<signal>\d{1,2}): [a-z ]{5,30}$/],
  frames: [
    form(
      /^(?<file>\S{1,300}):(?<line>\d{1,9}): (?:at|by) (?<name>[A-Za-z_]\w{0,200})(?:: RUNTIME ERROR: .{1,100})?$/,
    ),
  ],
  needsFrames: true,
  patience: 6,
});
