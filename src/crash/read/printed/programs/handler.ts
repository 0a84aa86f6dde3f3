import { backtraceSymbol, form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";
import { SIGNAL_WORDS } from "../../stack/signal-words.js";

const WORDS = `(?<signal>${SIGNAL_WORDS})`;
const NAME = String.raw`(?<signal>SIG[A-Z]{2,6})`;

/**
 * Programs that catch the signal and print a stack, most by backtrace_symbols(3): Open MPI, MySQL, Redis, Xorg, uWSGI, Node's
 * segfault-handler, catchsegv, Chromium, UCX, backward-cpp, boost.stacktrace, and everybody's own.
 */
export const handler = printedStack({
  source: "handler",
  title: "the program's own handler",
  trigger:
    /\[0x[0-9a-f]+\]|[Ss]tack ?trace|[Bb]ack ?trace|BACKTRACE|STACK TRACE|# in |Object "|[Rr]eceived signal \d|Caught fatal signal - |[Cc]aught signal|CAUGHT SIGNAL|Program crashed|[Cc]aught SIG|dumping stack|got signal \d|crashed by signal|caught segfault|Signal: |Invalid memory access|ASSERTION FAILED|^TRAP: |reason: SIG|# backtrace|SIG[A-Z]+ occurred|crashed with signal|[Ss]ignal \d{1,2} |Got signal \[|Signal: SIG/m,
  heads: [
    // Zabbix
    /^Got signal \[signal:(?<signal>\d{1,2})\(SIG[A-Z]{2,6}\),reason:(?<code>-?\d{1,6}),refaddr:(?:(?<address>0x[0-9a-f]{1,16})|\(nil\))\]\. Crashing \.\.\.$/,
    // loguru
    /^(?:Loguru caught a signal: |\S.{0,160}\| Signal: )(?<signal>SIG[A-Z]{2,6})$/,
    // cpptrace
    /^(?<signal>SIG[A-Z]{2,6})(?: \(\d{1,2}\))? (?:occurred|received|caught|raised|detected)[:.!]{0,2}$/,
    // ClickHouse
    new RegExp(String.raw`^\(version .{0,300}\) Received signal ${WORDS} \(\d{1,2}\)$`, "i"),
    // Godot
    /^(?:\w{1,40}: )?Program crashed with signal (?<signal>\d{1,2})$/,
    /^CrashHandlerException: Program crashed$/,
    // FreeRADIUS
    new RegExp(String.raw`^CAUGHT SIGNAL: ${WORDS}$`, "i"),
    // Unity's
    /^Caught fatal signal - signo:(?<signal>\d{1,2}) code:(?<code>-?\d{1,6}) errno:\d{1,4} addr:(?:(?<address>0x[0-9a-f]{1,16})|\(nil\))$/,
    // Blender's crash file
    /^# (?<program>Blender) \d\S{0,20}, (?:Commit date|Unknown revision)/,
    // Crystal
    /^(?<signal>Invalid memory access) \(signal \d{1,2}\) at address (?<address>0x[0-9a-f]{1,16})$/,
    // Redis and Valkey
    /^=== (?:RECURSIVE )?ASSERTION FAILED(?: CLIENT CONTEXT| OBJECT CONTEXT)? ===$/,
    /^==> (?<message>\S{1,200}:\d{1,7} '.{1,300}' is not true)$/,
    // PostgreSQL
    /^TRAP: (?<message>(?:failed Assert|FailedAssertion|BadArgument|BadState)\(.{1,300}\)), File: /,
    new RegExp(
      String.raw`^\[?(?:\S{0,64}\] )?Signal: (?<signal>${SIGNAL_WORDS}|SIG[A-Z]{2,6}) ?\(\d{1,2}\)$`,
      "i",
    ),
    /^Received signal (?<signal>\d{1,2})(?: (?<code>[A-Z]{3}_[A-Z]{3,8})| <unknown>)?(?: (?<address>[0-9a-f]{8,16}))?$/,
    new RegExp(
      String.raw`^(?:\S.{0,80}[ :] ?)?(?:caught|got|received|recieved|fatal|uncaught|unexpected|catched|handling|hit) (?:deadly |fatal |unexpected |exception )?(?:signal|sig)[ :#]{1,3}(?<signal>\d{1,2})\b(?: ?[(:;,. -].{0,200}?(?:address:? (?<address>0x[0-9a-f]{1,16}).{0,40})?)?$`,
      "i",
    ),
    new RegExp(
      String.raw`^(?:\S.{0,80}[ :] ?)?(?:caught|got|received|recieved|fatal|uncaught|unexpected|catched) (?:signal |fatal |a )?[:#]? ?${NAME}\b(?: ?[(:;,. -].{0,200})?$`,
      "i",
    ),
    new RegExp(
      String.raw`^(?:.{0,60}[ :] ?)?(?:signal|sig)[ :#]{1,3}(?<signal>\d{1,2})\b ?(?:\((?:SIG[A-Z]{2,6}|${SIGNAL_WORDS})\))?(?: ?(?:received|caught|raised))?[:;.!]*$`,
      "i",
    ),
    /^(?:.{0,60} )?crashed by signal:? (?<signal>\d{1,2}|SIG[A-Z]{2,6})(?:, si_code: (?<code>-?\d{1,6}))?/,
    new RegExp(String.raw`^!!! uWSGI process (?<pid>\d{1,10}) got ${WORDS} !!!$`, "i"),
    /^PID (?<pid>\d{1,10}) received (?<signal>SIG[A-Z]{2,6}) for address: (?<address>0x[0-9a-f]{1,16})$/,
    /^\W{0,4} {0,2}(?:[Cc]rash|CRASH|[Ff]atal|FATAL)[:!]? {1,2}[Ss]ignal (?<signal>\d{1,2})(?: \([^()]{3,40}\))?[ *:!.]{0,5}$/,
    /^[Ss]ignal (?<signal>\d{1,2})(?: \([^()]{3,40}\))? (?:caught|received|raised)[:!.]{0,3}$/,
    new RegExp(String.raw`^\*{0,3} ?${NAME}(?: \(\d{1,2}\))? (?:caught|received|raised)(?:[,:;].{0,60})?$`),
    new RegExp(String.raw`^\*{2,3} ?(?:caught )?${WORDS}(?:[ *:!.]{0,6})$`, "i"),
    new RegExp(
      String.raw`^(?:(?:ERROR|FATAL|Error|Fatal|CRASH|Crash|panic)[:!]? ?(?:error: )?)?${WORDS}(?: \(\d{1,2}\)| \(SIG[A-Z]{2,6}\)| \([A-Z][^()]{3,80}?(?:\[(?:0x[0-9a-f]{1,16}|\(nil\))\])?\))?(?: at (?:address )?(?<address>0x[0-9a-f]{1,16}))?[:!.]*$`,
      "i",
    ),
  ],
  details: [
    /^Address: (?<address>0x[0-9a-f]{1,16})\. Access: /,
    /^(?:\[\S{1,64}\] )?Failing at address: \(?(?<address>0x[0-9a-f]{1,16})/,
    /^(?:\[\S{1,64}\] )?Signal code: .{0,60}\((?<code>-?\d{1,6})\)$/,
    /^(?:Accessing|Faulting|Fault|Crash(?:ed)?|Invalid)(?: at)? address:? (?<address>0x[0-9a-f]{1,16})/i,
  ],
  frames: [
    backtraceSymbol,
    // loguru's
    form(/^\d{1,4} {2,8}(?<address>0x[0-9a-f]{6,16}) (?<name>[A-Za-z_~].{0,500}?) \+ \d{1,9}$/),
    // Godot's
    (line) => backtraceSymbol(line.replace(/ \(\?\?:0\)$/, "")),
    form(
      /^\[\d{1,4}\] (?<name>[A-Za-z_~(].{0,500}?) \((?<file>(?:[A-Z]:)?[^():]{1,300}):(?<line>\d{1,9})\)$/,
    ),
    // cpptrace's
    form(
      /^#\d{1,4} {1,3}(?<address>0x[0-9a-f]{8,16}) in {1,2}(?<name>\S.{0,500}?)(?: at (?<file>\S.{0,300}?):(?<line>\d{1,9})(?::\d{1,9})?)?$/,
    ),
    // ClickHouse's
    form(
      /^(?:\d{1,4}(?:\.\d{1,3})?\. )?(?:(?<file>\/?\S{1,300}):(?<line>\d{1,9}): )?(?<name>\S.{0,500}?) @ (?<address>0x[0-9a-f]{1,16}) in (?<module>\S{1,300})$/,
    ),
    // `2: 0x55d7a1c2c3d4 Mesh::upload()+0x44`
    form(
      /^#?\d{1,4}[:.] {1,4}(?<address>0x[0-9a-f]{6,16})(?: in)? {1,4}(?<name>[A-Za-z_~].{0,500}?)(?:\+0x[0-9a-f]{1,16})?$/,
    ),
    // Crystal's
    form(
      /^\[(?<address>0x[0-9a-f]{1,16})\] \*?(?<name>\S.{0,300}?)(?:(?<!:):[A-Z][\w:()| ]{0,100})? \+\d{1,18} in (?<module>\S{1,300})$/,
    ),
    // backward-cpp
    form(
      /^#\d{1,4} {1,6}(?:Object|Source) "(?<module>[^"]{0,300})",?(?: line (?<line>\d{1,9}),)?(?: at 0x[0-9a-f]{1,16},)? in (?<name>\S.{0,500}?)(?: \[0x[0-9a-f]{1,16}\])?$/,
    ),
    // boost.stacktrace
    form(/^\d{1,4}# (?<name>\S.{0,500}?) at (?<file>\S.{0,300}):(?<line>\d{1,9})$/),
    form(/^\d{1,4}# (?<name>\S.{0,500}?) in (?<module>\S.{0,300})$/),
    form(/^\d{1,4}# (?<name>\S.{0,500})$/),
    // Chromium
    form(/^#\d{1,4} (?<address>0x[0-9a-f]{8,16}) \((?<module>\S{1,300})\+(?<offset>0x[0-9a-f]{1,16})\)$/),
    form(
      /^#\d{1,4} {1,3}(?<address>0x[0-9a-f]{8,16}) (?!in )(?<name>\S.{0,500}?)(?: (?<file>\/\S{1,300}):(?<line>\d{1,9})(?::\d{1,9})?)?$/,
    ),
  ],
  stackStarts: /^# backtrace$|^Dumping the backtrace\./,
  stackFirst:
    /^(?:\S.{0,60} )?(?:\(EE\) )?(?:[Bb]acktrace|BACKTRACE|Stack trace|Stack ?Trace|STACK TRACE)(?: \(most recent call last\).{0,60})?:? ?(?:-{2,})?$/,
  outermostFirst: /most recent call last|^Loguru caught a signal|\| Signal: SIG/,
  needsFrames: true,
  own: true,
  patience: 24,
});
