import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** debuggerd's tombstones, in a file or in logcat, and libc's `Fatal signal`. */
export const android = printedStack({
  source: "android",
  title: "Android's tombstone",
  trigger: /Fatal signal \d|fault addr |>>> .{1,200} <<<|\*{8,} Crash dump: /,
  heads: [
    /^(?:\S{1,20}: )?Fatal signal (?<signal>\d{1,2}) \(SIG[A-Z]{2,8}\)(?:,? code -?\d{1,6}(?: \((?<code>\w{1,20})[^)]{0,60}\))?)?(?:,? (?:fault addr|at) (?<address>0x[0-9a-f]{1,16}))?/,
    /^signal (?<signal>\d{1,2}) \(SIG[A-Z]{2,8}\), code -?\d{1,6} \((?<code>\w{1,20})[^)]{0,60}\)(?:, fault addr (?<address>(?:0x)?[0-9a-f]{1,16}|-{8,16}))?/,
    /^(?<weak>fdsan: )(?<message>attempted to \w{3,12} (?:file descriptor|FILE\*|DIR\*))/,
    // ndk-stack
    /^\*{8,} Crash dump: \*{8,}$/,
    /^pid: (?<pid>\d{1,10}), tid: \d{1,10},? (?:name: .{0,64})?>>> (?<program>\S.{0,200}?) <<<$/,
  ],
  details: [
    // the Play Console shows the signal behind the stack
    /^(?<signal>SIG[A-Z]{2,6})$/,
    /^(?:Abort message|Cause): '?(?<message>\S.{0,300}?)'?$/,
  ],
  frames: [
    form(
      /^#\d{1,4} {1,3}0x(?<offset>[0-9a-f]{4,16}) (?<module>\/\S{1,500}) \((?<name>(?!BuildId)\S.{0,500}?)(?:\+\d{1,12})?\)(?: \(BuildId: [0-9a-f]{1,80}\))?$/,
    ),
    form(
      /^#\d{1,4} {1,3}pc (?:0x)?(?<offset>[0-9a-f]{4,16}) {1,4}(?<module>\S{1,500})(?: \(offset 0x[0-9a-f]{1,16}\))?(?: \((?<name>(?!BuildId)\S.{0,500}?)(?:\+\d{1,12})?\))?(?: \(BuildId: [0-9a-f]{1,80}\))?$/,
    ),
  ],
  stackStarts: /^(?:\d{1,4} total frames$|backtrace:$|Stack frame #00)/,
  stackEnds: /^(?:--- --- ---|stack:$|memory near |memory map)/,
  together: true,
  patience: 80,
});
