import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** Delve, the debugger of Go programs, where it stopped at a panic that nobody recovered or at a fatal throw. */
export const delve = printedStack({
  source: "delve",
  title: "Delve",
  trigger: /\[(?:unrecovered-panic|runtime-fatal-throw)\] runtime\./,
  heads: [/^(?:> )?\[(?:unrecovered-panic|runtime-fatal-throw)\] runtime\.\w{1,60}\(\) .{1,300}$/],
  details: [/^runtime\.curg\._panic\.arg: .{0,100}?"(?<message>.{1,300})"$/, /^s = "(?<message>.{1,300})"$/],
  frames: [form(/^\d{1,4} {1,4}(?<address>0x[0-9a-f]{8,16}) in (?<name>\S.{0,300})$/)],
  place: /^at (?<file>\S.{0,500}):(?<line>\d{1,9})$/,
  patience: 30,
  says: "the goroutine panicked",
});
