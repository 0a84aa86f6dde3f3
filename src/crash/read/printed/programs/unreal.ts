import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

const LOG = String.raw`(?:Log\w{1,20}: (?:Error: )?)?(?:\[Callstack\] )?`;

/** Unreal Engine's report of a fault or a failed check: it ends the game by itself on each system. */
export const unreal = printedStack({
  source: "unreal",
  title: "Unreal Engine's report",
  trigger:
    /Unhandled Exception: (?:SIG|EXCEPTION_)|Assertion failed: .{1,300} \[File:|(?:Fatal error:|LowLevelFatalError) \[File:/,
  heads: [
    new RegExp(
      String.raw`^${LOG}(?:=== Critical error: === )?Unhandled Exception: (?<signal>SIG[A-Z]{2,6}): .{0,100}?(?:at address (?<address>0x[0-9a-f]{1,16}))?$`,
    ),
    new RegExp(
      String.raw`^${LOG}Unhandled Exception: (?<signal>EXCEPTION_[A-Z_]{3,40})(?: \w{4,9} address (?<address>0x[0-9a-f]{1,16}))?`,
    ),
    new RegExp(
      String.raw`^${LOG}(?<message>(?:Assertion failed: .{0,300}?|Fatal error: .{0,300}?|LowLevelFatalError)) ?\[File: ?.{1,300}?\] ?\[Line: ?\d{1,7}\]`,
    ),
  ],
  frames: [
    form(
      new RegExp(
        String.raw`^${LOG}(?:(?<address>0x[0-9a-f]{8,16}) )?(?<module>[^\s!:]{1,200})!(?<name>\S.{0,500}?) \[(?<file>[^\]]{1,300}?)?(?::(?<line>\d{1,9}))?\]$`,
      ),
    ),
  ],
  together: true,
  patience: 24,
  says: "Unreal Engine says",
});
