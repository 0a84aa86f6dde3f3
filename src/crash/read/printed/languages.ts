import { backtraceSymbol, form } from "../stack/frame.js";
import { printedStack } from "../stack/printed-stack.js";

/** Julia's report of a signal (signal-handling.c). */
export const julia = printedStack({
  source: "julia",
  title: "Julia's report",
  trigger: /signal \(\d+(?:\.\d+)?\): |signal \d+ \(\d*\): /,
  heads: [
    /^(?:\[(?<pid>\d{1,10})\] )?signal \((?<signal>\d{1,2})(?:\.\d{1,2})?\): \S.{0,100}$/,
    /^(?:\[(?<pid>\d{1,10})\] )?signal (?<signal>\d{1,2}) \((?<code>\d{0,6})\): \S.{0,100}$/,
  ],
  frames: [
    form(
      /^(?!in expression starting )(?<name>[^\s:].{0,300}?) at (?<file>\S.{0,300}?):(?<line>\d{1,9})(?: \[inlined\])?$/,
    ),
    form(/^(?<name>[^\s:].{0,300}?) at (?<module>\S{1,300}) \(unknown line\)$/),
    form(/^unknown function \(ip: (?<address>0x[0-9a-f]{1,16})\)(?: at (?<module>\S{1,300}))?$/),
  ],
  patience: 12,
});

/** Zig's panics and its segfault handler (std/debug.zig). */
export const zig = printedStack({
  source: "zig",
  title: "Zig's panic",
  trigger:
    /^.{0,60}(?:Segmentation fault at address|thread \d+ panic: |General protection exception|Illegal instruction at address|Bus error at address)/m,
  heads: [
    /^(?<signal>Segmentation fault|Illegal instruction|Bus error|Arithmetic exception) at address (?<address>0x[0-9a-f]{1,16})$/,
    /^General protection exception \((?<message>no address available)\)$/,
    /^thread \d{1,10} panic: (?<message>\S.{0,300})$/,
  ],
  signal: "SIGABRT",
  frames: [
    form(
      /^(?<file>\S.{0,500}?):(?<line>\d{1,9}):\d{1,9}: (?<address>0x[0-9a-f]{1,16}) in (?<name>\S.{0,200}?) \((?<module>[^()]{1,200})\)$/,
    ),
  ],
  needsFrames: true,
  patience: 12,
});

/** Swift's backtracer, and its runtime's fatal errors, which trap. */
export const swift = printedStack({
  source: "swift",
  title: "Swift's report",
  trigger: /Program crashed: |Fatal error: |Fatal error$|Thread \d+ .*crashed:/m,
  heads: [
    /^(?:\*\*\* |💣 )?Program crashed: (?<signal>Bad pointer dereference|Access violation|Bus error|Illegal instruction|Floating point exception|Aborted) at (?<address>0x[0-9a-f]{1,16})(?: \*\*\*)?$/,
    /^(?:\*\*\* |💣 )?(?<message>Program crashed: \S.{0,200}?)(?: \*\*\*)?$/,
    /^\S.{0,300}\.swift:\d{1,9}: Fatal error: (?<message>\S.{0,300})$/,
    // Swift before 5.6 named the file behind; PHP, R and OCaml begin their words so, too.
    /^Fatal error: (?<message>\S.{0,300}): file \S.{0,300}\.swift, line \d{1,9}$/,
    /^(?<weak>Fatal error: )(?!exception )(?<message>\S.{0,300})$/,
    /^(?:\S.{0,300}\/)?\S{1,100}\.swift:\d{1,9}: (?<message>(?:Fatal error|Precondition failed|Assertion failed)(?:: .{1,300})?)$/,
  ],
  signal: "SIGTRAP",
  frames: [
    form(
      /^\d{1,4} (?:\[(?:ra|inlined|async|system)\] ){0,3}(?:0x[0-9a-f]{1,16} )?(?:\[(?:ra|inlined|async|system)\] ){0,3}(?<name>\S.{0,500}?)(?: \+ \d{1,9})? in (?<module>\S{1,200})(?: at (?<file>\S.{0,300}?):(?<line>\d{1,9})(?::\d{1,9})?)?$/,
    ),
    form(
      /^\d{1,4} {1,4}(?<module>\S{1,100}) {1,40}(?<address>0x[0-9a-f]{6,16}) (?<name>\S.{0,500}?) \+ \d{1,12}$/,
    ),
  ],
  stackStarts: /^Thread \d{1,6}(?: "[^"]{0,64}")? crashed:$/,
  stackEnds: /^(?:Registers:|Images \(|Thread \d{1,6}(?: "[^"]{0,64}")?:$)/,
  patience: 30,
});

/** Mono's native crashes, and .NET's exceptions that nobody catches. */
export const dotnet = printedStack({
  source: "dotnet",
  title: ".NET's report",
  trigger:
    /Got a? ?(?:SIG[A-Z]+|[a-z]{3,6}) while executing native code|Unhandled [Ee]xception|Native Crash Reporting|Fatal error\. |Exception Info: |Process terminated\.|Stack overflow\./,
  heads: [
    /^Got a? ?(?<signal>SIG[A-Z]{2,6}|[a-z]{3,6}) while executing native code/,
    /^Unhandled [Ee]xception(?:\.|:) ?(?<message>System\.AccessViolationException: .{0,300})$/,
    /^Fatal error\. (?<message>System\.AccessViolationException: .{0,300}|Internal CLR error\. .{0,200})$/,
    /^(?:The active test run was aborted\. Reason: Test host process crashed : )?Unhandled exception\. (?<message>[A-Z][\w.`+]{2,200}(?:Exception|Error)\b.{0,300})$/,
    /^Exception Info: (?<message>[A-Z][\w.`+]{2,200}(?:Exception|Error)\b.{0,300})$/,
    /^(?<message>Process terminated\.(?: .{0,200})?)$/,
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

/** Node's fatal errors: V8's checks, assertions of native code, memory that ran out. */
export const node = printedStack({
  source: "node",
  title: "Node's fatal error",
  trigger: /FATAL ERROR: |# Fatal error in |node::Abort|Assertion `.*' failed\.$/m,
  heads: [
    /^FATAL ERROR: (?<message>\S.{0,300})$/,
    /^# (?<message>(?:Check failed|Debug check failed|unreachable code|Fatal JavaScript).{0,300})$/,
    /^# Fatal error in \S{0,200}(?: line \d{1,9})?,? ?/,
    /^(?:\S{1,200}\[\d{1,10}\]: )?\S{1,300}:\d{1,9}:.{1,300}: (?<message>Assertion `.{1,300}' failed\.)$/,
  ],
  signal: "SIGABRT",
  frames: [
    backtraceSymbol,
    form(/^\d{1,4}: (?<address>0x[0-9a-f]{4,16}) (?<name>\S.{0,500}?) \[(?<module>[^\]]{1,200})\]$/),
    form(/^\d{1,4}: (?<address>0x[0-9a-f]{4,16}) {1,2}\[(?<module>[^\]]{1,200})\]$/),
    form(/^\d{1,4}: (?<address>[0-9A-F]{16}) (?<name>\S.{0,500}?)$/),
  ],
  needsFrames: true,
  patience: 24,
});
