import { form } from "../../stack/frame.js";
import type { Reader } from "../../finding.js";
import { lines, type Log } from "../../log-line.js";
import type { PrintedForm } from "../../stack/printed-form.js";
import { printedStack } from "../../stack/printed-stack.js";

const REPORT: PrintedForm = {
  source: "macos",
  title: "macOS's crash report",
  trigger: /Exception Type:|Crashed Thread:|^(?:.{0,40}\s)?Crashed: \S|Fatal Exception: NS/m,
  heads: [
    /^Exception Type: {1,16}EXC_[A-Z_]{3,30} \((?<signal>SIG[A-Z]{2,6})(?:\)| \()/,
    /^Exception Type: {1,16}(?<signal>EXC_[A-Z_]{3,30})/,
    // Firebase Crashlytics
    /^(?<weak>Crashed): [A-Za-z][\w.: -]{0,100}$/,
    /^(?<weak>Fatal Exception): (?<message>NS\w{1,80})$/,
    /^Process: {1,24}(?<program>\S.{0,100}?) \[(?<pid>\d{1,10})\]$/,
  ],
  aborts: /^Fatal Exception: NS/,
  details: [
    /^(?<signal>EXC_[A-Z_]{3,30}|SIG[A-Z]{2,6})(?: [A-Z_]{4,40})?(?: (?<address>0x[0-9a-f]{1,16}))?$/,
    /^Termination Reason: {1,4}(?<message>(?!Namespace SIGNAL|SIGNAL )\S.{0,300})$/,
    /^(?:Assertion failed|assertion failed): \(?(?<message>.{1,300}?)\)?, function .{1,300}, (?:file|at) .{1,300}$/,
    /^Exception (?:Codes|Subtype): .{0,200}\bat (?<address>0x[0-9a-f]{1,16})/,
    /^(?:Application Specific Information:|abort\(\) called|Assertion failed: (?<message>.{1,300}))/,
  ],
  frames: [
    form(
      /^\d{1,4} {1,4}(?<module>\S.{0,80}?)\s{1,40}(?<address>0x[0-9a-f]{6,16}) (?<name>\S.{0,500}?)(?: \+ \d{1,12})?(?: \((?<file>[^():]{1,300}):(?<line>\d{1,9})\))?$/,
    ),
  ],
  stackFirst: /^Thread \d{1,4}(?: name: .{0,200})? Crashed:/,
  stackStarts: /^Thread \d{1,4}(?: name: .{0,200})? Crashed:/,
  stackEnds:
    /^Thread \d{1,4}(?: name: .{0,200}|:.{0,200}|:: .{0,200})?$|^Thread \d{1,4} crashed with|^Binary Images:/,
  needsFrames: false,
  anySignal: true,
  together: true,
  patience: 200,
};

const crashed = printedStack(REPORT);
/** Where an exception was thrown, and not where the runtime then aborts. */
const thrown = printedStack({
  ...REPORT,
  stackStarts: /^Last Exception Backtrace:$/,
  stackEnds: /^(?:Thread \d{1,4}\b|Binary Images:)/,
});

/** macOS's crash reports as text (.crash, and what Console shows of it). */
export const macos: Reader = {
  ...crashed,
  read: (log) => (has(log, /^\s*Last Exception Backtrace:$/) ? thrown : crashed).read(log),
};

function has(log: Log, pattern: RegExp): boolean {
  for (const line of lines(log)) if (pattern.test(line)) return true;
  return false;
}
