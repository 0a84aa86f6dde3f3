import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** Windows: WinDbg's and cdb's stops, `!analyze -v` and `k`, the event log's application errors, Visual Studio's word. */
export const windows = printedStack({
  source: "windows",
  title: "Windows's report",
  trigger:
    /- code [0-9a-f]{8} \(|ExceptionCode: [0-9a-f]{8}|Faulting application|EXCEPTION_CODE(?:_STR)?: |Problem Event Name:\s+(?:APPCRASH|BEX)|Exception [Cc]ode: 0x|Unhandled: [C8]0|Debug Assertion Failed|Microsoft C\+\+ exception: |: 0x[Cc0-9A-F]{8}: /,
  heads: [
    /^(?:\([0-9a-f]{1,8}\.[0-9a-f]{1,8}\): )?\S[\w ()/-]{2,60} - code (?<signal>(?!80000003 \(first)[0-9a-f]{8}) \((?:first chance|!!! second chance !!!)\)/,
    /^ExceptionCode: (?<signal>[0-9a-f]{8})\b/,
    /^(?:ERROR_CODE|EXCEPTION_CODE): \(NTSTATUS\) (?<signal>0x[0-9a-f]{8})\b/,
    /^EXCEPTION_CODE_STR: {1,4}(?<signal>[0-9a-f]{8})$/,
    // Windows' own dialog
    /^Problem Event Name:\s{1,8}(?:APPCRASH|BEX(?:64)?)$/,
    /^Faulting application (?:name: )?(?<program>[^,]{1,200}), version:? /,
    /^Unhandled: (?<signal>[0-9A-F]{8})\.[A-Z_]{3,40}$/,
    /^Debug Assertion Failed!$/,
    /^Unhandled exception(?: at 0x[0-9A-Fa-f]{4,16})?(?: \([^()]{1,200}\))? in (?<program>\S.{0,200}?): (?<message>Microsoft C\+\+ exception: \S.{0,200}?)(?: at memory location .{1,40})?$/,
    /^Exception code: (?<signal>0x[0-9a-f]{8})$/,
    /^(?:Exception thrown|Unhandled exception|First-chance exception)(?: at 0x[0-9A-Fa-f]{4,16})?(?: \([^()]{1,200}\))? in (?<program>\S.{0,200}?): (?<signal>0x[0-9A-Fa-f]{8}): .{0,200}?(?:location (?<address>0x[0-9A-Fa-f]{1,16}))?\.?$/,
  ],
  details: [
    /^Expression: (?<message>\S.{0,300})$/,
    /^Program: (?<program>\S.{0,300})$/,
    /^Application Name:\s{1,8}(?<program>\S.{0,200})$/,
    /^Exception Code:\s{1,8}(?<signal>(?:0x)?[0-9a-f]{8})$/,
    /^Attempt to (?:read from|write to|execute)(?: non-executable)? address (?<address>[0-9a-f]{8,16})$/,
  ],
  frames: [
    // STACK_TEXT, and k with its arguments
    form(
      /^[0-9a-f`]{8,17} [0-9a-f`]{8,17} {1,8}:? [0-9a-f` ]{0,90}: (?<module>[^\s!]{1,200})!(?<name>\S.{0,300}?)(?:\+0x[0-9a-f]{1,16})?(?: \[(?<file>[^\]]{1,300}) @ (?<line>\d{1,9})\])?$/,
    ),
    form(
      /^(?:[0-9a-f]{2,4} )?(?:\(Inline(?: Function)?\) -{8}`?-{0,8}|[0-9a-f`]{8,17}) [0-9a-f`]{8,17}(?:\s{1,8}|-{8,17} )(?<module>[^\s!]{1,200})!(?<name>\S.{0,300}?)(?:\+0x[0-9a-f]{1,16})?(?: \[(?<file>[^\]]{1,300}) @ (?<line>\d{1,9})\])?$/,
    ),
    form(
      /^[0-9a-f`]{8,17} {1,8}: [0-9a-f` ]{30,120}: (?<module>[^\s!]{1,200})!(?<name>\S.{0,300}?)(?:\+0x[0-9a-f]{1,16})?(?: \[(?<file>[^\]]{1,300}) @ (?<line>\d{1,9})\])?$/,
    ),
    // where it stopped
    form(/^(?<module>[\w.-]{1,100})!(?<name>[^\s!]{1,300}?)(?:\+0x[0-9a-f]{1,16})?:$/),
    form(
      /^ExceptionAddress: [0-9a-f`]{8,17} \((?<module>[\w.-]{1,100})!(?<name>[^\s!]{1,300}?)(?:\+0x[0-9a-f]{1,16})?\)$/,
    ),
    form(/^Faulting module (?:name: )?(?<module>[^,]{1,200}), version:? /),
    form(/^Fault Module Name:\s{1,8}(?<module>\S.{0,200})$/),
  ],
  stackStarts: /^(?:# )?(?:Child-SP|ChildEBP|RetAddr)\b|^STACK_TEXT: *$/,
  stackEnds:
    /^(?:STACK_COMMAND|SYMBOL_NAME|SYMBOL_STACK_INDEX|FOLLOWUP_|FAULTING_SOURCE|THREAD_SHA|MODULE_NAME|IMAGE_NAME)/,
  together: true,
  patience: 80,
  says: "Windows says",
});
