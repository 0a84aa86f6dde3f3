import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** Miri's report of undefined behaviour in a Rust program, which it interprets. */
export const miri = printedStack({
  source: "miri",
  title: "Miri's report",
  trigger: /Undefined Behavior: |abnormal termination: /,
  heads: [
    /^(?:error: )?(?<message>Undefined Behavior: \S.{0,300})$/,
    /^(?:error: )?(?<message>abnormal termination: \S.{0,200})$/,
  ],
  frames: [
    form(
      /^= note: inside (?:closure )?`(?<name>[^`]{1,300})` at (?<file>[^:]{1,300}):(?<line>\d{1,9}):\d{1,9}/,
    ),
  ],
  signal: null,
  exitCode: 1,
  patience: 16,
  says: "Miri says",
  note: "Miri interprets the program: no signal ends it",
});
