import { form } from "../stack/frame.js";
import { printedStack } from "../stack/printed-stack.js";

/** minidump-stackwalk, of Breakpad and of rust-minidump. */
export const minidump = printedStack({
  source: "minidump",
  title: "minidump-stackwalk",
  trigger: /Crash reason:|\(crashed\)/,
  heads: [
    /^Crash reason: {1,4}(?<signal>SIG[A-Z]{2,6})(?: ?\/ ?(?<code>[A-Z]{3}_[A-Z]{3,8}|0x[0-9a-f]{8}))?/,
    /^Crash reason: {1,4}(?<signal>EXC_[A-Z_]{3,30}|EXCEPTION_(?:ACCESS|IN_PAGE|BREAKPOINT|PRIV|FLT_DIVIDE|STACK_OVER|ILLEGAL|INT_DIV)[A-Z_]{0,40})/,
    /^Crash reason: {1,4}(?<message>(?!SIG|EXC_|No crash)[A-Z0-9][\w/ ]{3,80}?)$/,
  ],
  details: [/^Crash address: (?<address>0x[0-9a-f]{1,16})/],
  frames: [
    form(
      /^\d{1,4} {1,2}(?<module>[^\s!]{1,200})!(?<name>\S.{0,500}?) \[(?<file>[^\]:]{1,300}) : (?<line>\d{1,9}) \+ 0x[0-9a-f]{1,16}\]$/,
    ),
    form(/^\d{1,4} {1,2}(?<module>[^\s!]{1,200})!(?<name>\S.{0,500}?)(?: \+ 0x[0-9a-f]{1,16})?$/),
    form(/^\d{1,4} {1,2}(?<module>[^\s!]{1,200}) \+ (?<offset>0x[0-9a-f]{1,16})$/),
  ],
  stackStarts: /^Thread \d{1,6} (?:\S{1,64} )?\(crashed\)/,
  stackEnds: /^(?:Thread \d{1,6}(?: \S{1,64})?$|Loaded modules:)/,
  patience: 200,
});

/** strace's last lines of a process that a signal ended. */
export const strace = printedStack({
  source: "strace",
  title: "strace",
  trigger: /--- SIG[A-Z]+ \{|\+\+\+ killed by SIG/,
  heads: [
    /^(?:\[pid {1,4}(?<pid>\d{1,10})\] |(?:\d{1,10} {1,4})?)(?:\d\S{0,20} )?\+\+\+ killed by (?<signal>SIG[A-Z]{2,6})(?: \(core dumped\))? \+\+\+$/,
    /^(?:\[pid {1,4}(?<pid>\d{1,10})\] |(?:\d{1,10} {1,4})?)(?:\d\S{0,20} )?--- (?<signal>SIGSEGV|SIGBUS|SIGILL|SIGFPE|SIGSYS) \{si_signo=SIG[A-Z]{2,6}, si_code=(?<code>\w{1,20})(?:, si_addr=(?<address>0x[0-9a-f]{1,16}|NULL))?.{0,100}\} ---$/,
    /^(?:\[pid {1,4}(?<pid>\d{1,10})\] )?--- (?<signal>SIG[A-Z]{2,6}) \([A-Z][a-z ]{2,40}\) @ \d{1,4} \((?<address>[0-9a-f]{1,16})\) ---$/,
  ],
  frames: [
    form(
      /^> (?<module>\S{1,300})\((?<name>[^()]{1,300}?)\+(?<offset>0x[0-9a-f]{1,16})\) \[0x[0-9a-f]{1,16}\]$/,
    ),
  ],
  patience: 6,
});

/** Wine's report of an exception that nobody handles, and winedbg's backtrace. */
export const wine = printedStack({
  source: "wine",
  title: "Wine",
  trigger: /Unhandled (?:page fault|exception|illegal|division)|wine: Unhandled/,
  heads: [
    /^(?:wine: )?Unhandled (?<message>page fault on (?:read|write|execute|unknown) access to (?<address>(?:0x)?[0-9a-f]{1,16}))\b/i,
    /^(?:wine: )?Unhandled (?<message>exception:? (?:0x)?[0-9a-f]{8}|illegal instruction|division by zero|privileged instruction|stack overflow)\b/i,
    /^Unhandled exception: (?<message>page fault on \w{1,10} access to (?<address>0x[0-9a-f]{1,16}))/,
  ],
  frames: [
    form(
      /^(?:=>)?\d{1,4} (?<address>0x[0-9a-f]{1,16}) (?<name>[^\s(]{1,300}?)(?:\+0x[0-9a-f]{1,16})?(?:\(.{0,500}\))?(?: \[(?<file>[^\]]{1,300}):(?<line>\d{1,9})\])? in (?<module>\S{1,100})(?: \(.{0,60}\))?$/,
    ),
  ],
  stackStarts: /^Backtrace:$/,
  stackEnds: /^Modules:$/,
  patience: 60,
  says: "Windows's exception",
});

/** pstack's and mdb's stack of a core file, of Solaris and illumos. */
export const pstack = printedStack({
  source: "pstack",
  title: "pstack",
  trigger: /^.{0,60}core '[^']+' of \d+:/m,
  heads: [/^core '[^']{1,300}' of (?<pid>\d{1,10}):\s(?<program>\S{1,300})/],
  frames: [
    form(
      /^(?<address>[0-9a-f]{8,16}) (?<name>[A-Za-z_]\S{0,300}) ?\(.{0,200}\)(?: \+ (?<offset>[0-9a-f]{1,8}))?$/,
    ),
  ],
  stackEnds: /^-{4,} {1,3}(?:lwp|thread)# (?!1 )/,
  needsFrames: true,
  signal: null,
  patience: 4,
});
