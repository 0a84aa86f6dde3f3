import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** dbx on Solaris and illumos, and on AIX. */
export const dbx = printedStack({
  source: "dbx",
  title: "dbx",
  trigger: /(?:terminated by|[)\]]) signal [A-Z]{3,4} \(|^[A-Z][a-z ]{5,30} in \S{1,200} at (?:line \d|0x)/m,
  heads: [
    /^(?:t@\d{1,6} \(l@\d{1,6}\) )?(?:program )?(?:terminated by )?signal (?<signal>SEGV|BUS|ABRT|ILL|FPE|TRAP|SYS) \(.{1,80}\)(?: (?:in|at) .{0,300})?$/,
    /^(?<signal>Segmentation fault|Illegal instruction|Bus error|Abort|IOT\/Abort trap|Floating point exception) in (?<name>\S{1,200}) at (?:line \d{1,9} in file "[^"]{1,300}"|0x[0-9a-f]{1,16}.{0,60})$/,
  ],
  frames: [
    form(
      /^(?:=>)?\[\d{1,4}\] (?<name>[\w~:<>, $.]{1,300}?)\(.{0,500}\)(?:, line (?<line>\d{1,9}) in "(?<file>[^"]{1,300})"|, at (?<address>0x[0-9a-f]{1,16}).{0,60})$/,
    ),
    form(/^(?<name>[A-Za-z_][\w:~.]{0,200})\(.{0,500}\), line (?<line>\d{1,9}) in "(?<file>[^"]{1,300})"$/),
    form(/^(?<name>[A-Za-z_][\w:~.]{0,200})\(.{0,500}\) at (?<address>0x[0-9a-f]{1,16})$/),
  ],
  patience: 20,
});
