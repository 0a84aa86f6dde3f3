import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** Bun's own report of a crash. */
export const bun = printedStack({
  source: "bun",
  title: "Bun's report",
  trigger: /Bun has crashed/,
  heads: [
    /^panic(?:\([^)]{0,60}\))?: (?<signal>Segmentation fault|Illegal instruction|Bus error|Floating point exception) at (?:address )?(?<address>0x[0-9a-f]{1,16})$/i,
    /^panic(?:\([^)]{0,60}\))?: (?<message>\S.{0,300})$/,
    /^oh no: Bun has crashed\./,
  ],
  frames: [
    form(
      /^(?<file>\S.{0,300}?):(?<line>\d{1,9}):\d{1,9}: (?<address>0x[0-9a-f]{1,16}) in (?<name>\S.{0,200}?) \(.{0,100}\)$/,
    ),
  ],
  patience: 8,
});
