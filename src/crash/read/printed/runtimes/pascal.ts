import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** Free Pascal's runtime errors and its exceptions that nobody handles, by their numbers (Free Pascal's user guide, appendix D). */
export const pascal = printedStack({
  source: "pascal",
  title: "the Pascal runtime's report",
  trigger: /Runtime error \d{1,3} at \$|An unhandled exception occurred at \$/,
  heads: [
    /^(?<signal>Runtime error (?:200|216)) at \$[0-9A-F]{8,16}$/,
    /^Runtime error \d{1,3} at \$[0-9A-F]{8,16}$/,
    /^An unhandled exception occurred at \$[0-9A-F]{8,16}:?$/,
  ],
  details: [
    /^(?<signal>EAccessViolation|EDivByZero|EStackOverflow|EBusError|EPrivilege): .{1,300}$/,
    /^(?<message>E[A-Z]\w{1,60}: .{1,300})$/,
  ],
  frames: [
    form(
      /^\$(?<address>[0-9A-F]{8,16}) {1,4}(?<name>[A-Za-z_][\w$.]{0,200}), {1,3}line (?<line>\d{1,9}) of (?<file>\S{1,300})$/,
    ),
    form(/^\$(?<address>[0-9A-F]{8,16})(?: {1,4}(?<name>[A-Za-z_][\w$.]{0,200}))?$/),
  ],
  patience: 4,
  says: "the runtime says",
});
