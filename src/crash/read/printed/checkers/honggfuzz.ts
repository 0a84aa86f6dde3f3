import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** Honggfuzz's report of a crash (linux/trace.c): HONGGFUZZ.REPORT.TXT. */
export const honggfuzz = printedStack({
  source: "honggfuzz",
  title: "Honggfuzz's report",
  trigger: /^.{0,40}STACK HASH: /m,
  heads: [/^SIGNAL: (?<signal>SIG[A-Z]{2,6}) \(\d{1,2}\)$/],
  details: [/^FAULT ADDRESS: (?<address>0x[0-9a-f]{1,16})$/],
  frames: [
    form(
      /^<(?<address>0x[0-9a-f]{1,16})> \[func:(?<name>.{1,300}?) file:(?<file>.{0,300}?) line:(?<line>\d{1,9}) module:(?<module>.{0,300}?)\]$/,
    ),
    form(
      /^<(?<address>0x[0-9a-f]{1,16})> ?(?:\[(?<module>[^\]+]{1,300})(?:\+(?<offset>0x[0-9a-f]{1,16}))?\])?$/,
    ),
  ],
  patience: 12,
});
