import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** The failure handlers of glog, Abseil and folly, and their failed checks, which abort. */
export const glog = printedStack({
  source: "glog",
  title: "the failure handler of glog, Abseil or folly",
  trigger:
    /^.{0,80}\*\*\* (?:SIG|Aborted at|Signal \d|Check failure)|\] Check failed: |:FATAL:|\] (?:RAW: )?Check /m,
  heads: [
    /^\*\*\* (?<signal>SIG[A-Z]{2,6}) (?:\(@(?<address>0x[0-9a-f]{1,16})\) )?received (?:at time=|by PID (?<pid>\d{1,10}))/,
    /^\*\*\* Signal (?<signal>\d{1,2}) \(SIG[A-Z]{2,6}\)(?: \((?<address>0x[0-9a-f]{1,16})\))? received by PID (?<pid>\d{1,10})/,
    /^(?:\[?F(?:\d{4})?\d{4} \d\d:\d\d:\d\d\.\d{1,6} +\d{1,10} \S{1,200}:\d{1,6}\] |.{0,100}\bFATAL[:\]] ?)(?:RAW: )?(?<message>Check failed: \S.{0,300}?)\s*(?:\*\*\* Check failure stack trace: \*\*\*)?$/,
    /^(?:F(?:\d{4})?\d{4} \d\d:\d\d:\d\d\.\d{1,6} +\d{1,10} \S{1,200}:\d{1,6}\] (?<message>.{1,300}?) ?)?\*\*\* Check failure stack trace: \*\*\*$/,
    /^\*\*\* Aborted at \d{9,12} \(unix time\)/,
    // Chromium's
    /^\[(?:\d{1,10}:\d{1,10}:)?\d{4}\/\d{6}(?:\.\d{1,6})?:FATAL:[\w./-]{1,200}(?:\(\d{1,7}\)|:\d{1,7})\] ?(?<message>\S.{0,300}?)\s*$/,
  ],
  signal: "SIGABRT",
  frames: [
    form(/^#\d{1,4} (?<address>0x[0-9a-f]{8,16}) \((?<module>\S{1,300})\+(?<offset>0x[0-9a-f]{1,16})\)$/),
    form(/^#\d{1,4} (?<address>0x[0-9a-f]{8,16}) (?!in )(?<name>\S.{0,500}?)$/),
    form(
      /^(?:PC: )?@ {1,20}(?<address>(?:0x)?[0-9a-f]{1,16}) {1,3}(?:\((?:unknown|inline)\) {1,4}|\d{1,12} {1,4})?(?<name>\S.{0,500})$/,
    ),
  ],
  place: /^(?<file>\/?\S{1,300}):(?<line>\d{1,9})$/,
  together: true,
  patience: 20,
});
