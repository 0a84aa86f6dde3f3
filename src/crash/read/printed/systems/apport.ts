import { argumentsAt } from "../../cxx-name.js";
import { form, frameOf, type FrameForm } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** ` list_next (n=0x0) at list.c:12`: gdb's frame without number and address. */
const topFrame: FrameForm = (line) => {
  const place = / (?:at (?<file>\S.{0,300}?):(?<line>\d{1,9})|from (?<module>\S{1,300}))$/.exec(line);
  const call = place === null ? line : line.slice(0, place.index);
  const open = argumentsAt(call);
  if (open <= 0 || !call.endsWith(")") || /^#|:\s|\s{2}|^Thread /.test(call)) return null;
  return frameOf({ name: call.slice(0, open), ...place?.groups });
};

/** Ubuntu's apport: its report's fields, and the title that it gives a bug. */
export const apport = printedStack({
  source: "apport",
  title: "apport's report",
  trigger:
    /ProblemType: Crash|StacktraceTop:|crashed with SIG|killed by SIG|crashed in \S+\(\)|called for (?:global )?pid \d/,
  heads: [
    /^(?:Title: |Summary: )?(?:\[.{1,40}\] ?)?(?<program>\S.{0,100}?) crashed with (?<signal>SIG[A-Z]{2,6})(?: in (?<name>[\w:~<>, ]{1,300})(?:\(.{0,60}\))?)?$/,
    /^Signal: (?<signal>\d{1,2})$/,
    /^SignalName: (?<signal>SIG[A-Z]{2,6})$/,
    /^ProblemType: Crash$/,
    /^StacktraceTop:$/,
    /^(?:ERROR: )?apport \(pid \d{1,10}\) .{0,40}: called for (?:global )?pid (?<pid>\d{1,10}), signal (?<signal>\d{1,2}), core limit /,
    // abrt's
    /^(?:abrt\S{0,40}: )?Process (?<pid>\d{1,10}) \((?<program>[^)]{1,64})\) crashed in (?<name>[\w:~<>]{1,200})\(\)$/,
    /^(?:abrt\S{0,40}: )?Process (?<pid>\d{1,10}) \((?<program>[^)]{1,64})\) of user \d{1,10} killed by (?<signal>SIG[A-Z]{2,6}) - /,
    /^(?<weak>crash_function): {1,10}(?<name>[\w:~<>]{1,200})$/,
    /^(?:reason: {0,20})?(?:(?<name>[\w:~<>]{1,200})\(\): )?(?<program>\S.{0,100}?) killed by (?<signal>SIG[A-Z]{2,6})$/,
  ],
  details: [
    /^(?:ERROR: )?apport \(pid \d{1,10}\) .{0,40}: executable: (?<program>\S{1,200}) \(command line /,
  ],
  frames: [
    // abrt's
    form(
      /^#\d{1,4} (?<name>[^\s(].{0,300}?)(?: at (?<file>\S.{0,300}?):(?<line>\d{1,9})| in (?<module>\/\S{1,300}))?$/,
    ),
    topFrame,
  ],
  stackStarts: /^(?:StacktraceTop:|Truncated backtrace:|Thread no\. \d{1,6} \(\d{1,6} frames\))$/,
  stackEnds: /^[A-Z][A-Za-z]{2,40}:(?: |$)/,
  together: true,
  patience: 60,
});
