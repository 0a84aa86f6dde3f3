import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** R's `caught segfault`. */
export const rlang = printedStack({
  source: "r",
  title: "R's report",
  trigger: /\*\*\* caught (?:segfault|illegal|bus)/,
  heads: [
    /^\*\*\* caught (?:segfault) \*\*\*$/,
    /^\*\*\* caught (?<signal>illegal operation|bus error) \*\*\*$/,
  ],
  details: [/^address (?<address>0x[0-9a-f]{1,16}|\(nil\)), cause '(?<message>[^']{1,100})'$/],
  signal: "SIGSEGV",
  frames: [form(/^\d{1,4}: (?<name>[\w.:$@[\]"]{1,200})\(.{0,500}$/)],
  patience: 10,
});
