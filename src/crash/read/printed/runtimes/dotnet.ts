import { backtraceSymbol, form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** Mono's native crashes, and .NET's exceptions that nobody catches. */
export const dotnet = printedStack({
  source: "dotnet",
  title: ".NET's report",
  trigger:
    /Got a? ?(?:SIG[A-Z]+|[a-z]{3,6}) while executing native code|Unhandled [Ee]xception|Native Crash Reporting|Fatal error\. |Exception Info: |Process terminated\.|Stack overflow\.|Crashing thread /,
  heads: [
    /^Got a? ?(?<signal>SIG[A-Z]{2,6}|[a-z]{3,6}) while executing native code/,
    /^Unhandled [Ee]xception(?:\.|:) ?(?<message>System\.AccessViolationException: .{0,300})$/,
    /^Fatal error\. (?<message>System\.AccessViolationException: .{0,300}|Internal CLR error\. .{0,200})$/,
    /^(?:The active test run was aborted\. Reason: Test host process crashed : )?(?:Unhandled exception|Fatal error)\. (?<message>[A-Z][\w.`+]{2,200}(?:Exception|Error)\b.{0,300})$/,
    /^Exception Info: (?<message>[A-Z][\w.`+]{2,200}(?:Exception|Error)\b.{0,300})$/,
    /^(?<message>Process terminated\.(?: .{0,200})?)$/,
    /^(?:\[createdump\] )?Crashing thread [0-9a-f]{1,16} signal (?<signal>\d{1,2}) \([0-9a-f]{1,8}\)$/,
    /^(?<message>Stack overflow)\.(?: Repeat \d.{0,40})?$/,
  ],
  signal: "SIGABRT",
  frames: [
    form(
      /^at (?<name>[^\s(][^(]{0,300}?) ?\([^)]{0,500}\)(?: in (?<file>\S.{0,300}?):(?:line )?(?<line>\d{1,9})| \[0x[0-9a-f]{1,8}\] in \S{1,200}:\d{1,9}| <0x[0-9a-f]{1,16}>)?$/,
    ),
    form(/^at (?<name>[A-Za-z][\w.`+<>/]{0,200}:[\w.`<>]{1,100}) <0x[0-9a-f]{1,16}>$/),
    form(/^at \((?:wrapper|native)[^)]{0,60}\) (?<name>[^\s(][^(]{0,300}?) ?\(.{0,300}$/),
    backtraceSymbol,
    form(/^(?<address>0x[0-9a-f]{6,16}) - (?<module>\S{1,300}) ?: (?<name>\S.{0,200})$/),
  ],
  stackFirst: /^Stacktrace:$/,
  stackEnds: /^Native stacktrace:$/,
  patience: 16,
});
