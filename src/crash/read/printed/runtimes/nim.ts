import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** Nim's report of a signal, under the stack that leads to it. */
export const nim = printedStack({
  source: "nim",
  title: "Nim's report",
  trigger: /^.{0,60}SIG[A-Z]+: (?:Illegal storage access|Abnormal termination|Illegal operation|Arithmetic)/m,
  heads: [
    /^(?<signal>SIG[A-Z]{2,6}): (?:Illegal storage access|Abnormal termination|Illegal operation|Arithmetic)\b.{0,80}$/,
  ],
  frames: [form(/^(?<file>\S{1,300}\.nims?)\((?<line>\d{1,7})(?:, \d{1,5})?\) {1,60}(?<name>\S{1,200})$/)],
  stackFirst: /^Traceback \(most recent call last\)(?:, using override)?$/,
  outermostFirst: /^Traceback \(most recent call last\)/,
  patience: 4,
});
