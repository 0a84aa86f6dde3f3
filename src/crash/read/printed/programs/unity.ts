import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** Unity's player and editor on Windows. */
export const unity = printedStack({
  source: "unity",
  title: "Unity's report",
  trigger: /={4,} OUTPUTTING STACK TRACE ={4,}|Receiving unhandled NULL exception/,
  heads: [/^={4,} OUTPUTTING STACK TRACE ={4,}$/, /^Receiving unhandled (?<message>NULL exception)$/],
  frames: [
    form(/^#\d{1,3} {1,3}(?<address>0x[0-9a-f]{8,16}) in (?<name>\S.{0,500})$/),
    form(
      /^(?<address>0x[0-9A-Fa-f]{8,16}) \((?<module>[^()]{1,100})\) (?<name>\S.{0,500}?)(?:_m[0-9A-F]{8,40})?$/,
    ),
  ],
  says: "Unity says",
  stackEnds: /^={4,} END OF STACKTRACE ={4,}$/,
  needsFrames: true,
  signal: null,
  patience: 12,
});
