import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** strace's last lines of a process that a signal ended. */
export const strace = printedStack({
  source: "strace",
  title: "strace",
  trigger: /--- SIG[A-Z]+ \{|\+\+\+ killed by SIG/,
  heads: [
    // Each of a process's threads ends with it.
    /^(?:\[pid {1,4}\d{1,10}\] |(?:\d{1,10} {1,4})?)(?:\d\S{0,20} )?\+\+\+ killed by (?<signal>SIG[A-Z]{2,6})(?: \(core dumped\))? \+\+\+$/,
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
