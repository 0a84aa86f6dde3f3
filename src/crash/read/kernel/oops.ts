import { form } from "../stack/frame.js";
import { printedStack } from "../stack/printed-stack.js";

const SYMBOL = String.raw`(?<name>[A-Za-z_.][\w.$]{0,200})\+0x[0-9a-f]{1,8}\/0x[0-9a-f]{1,8}(?: \[(?<module>[\w-]{1,60})(?: [0-9a-f]{1,40})?\])?(?: [\w/.-]{1,200}:\d{1,7})?`;

/** A crash of the Linux kernel itself: oopses, panics, BUG(), and the reports of its sanitizers. A warning is none. */
export const oops = printedStack({
  source: "kernel-oops",
  title: "the kernel's oops",
  trigger:
    /BUG: |UBSAN: |Oops|Kernel panic|kernel BUG at|Unable to handle kernel|Internal error: |protection fault,? .{0,60}: 0000|0000 \[#\d|double fault: /,
  heads: [
    /^UBSAN: (?<message>[a-z][a-z-]{3,40}) in \S{1,300}:\d{1,7}(?::\d{1,7})?$/,
    /^(?:watchdog: )?BUG: (?<message>(?:[Uu]nable to handle (?:kernel )?|[Kk]ernel )?(?:NULL pointer dereference|paging request|page fault|data access|instruction fetch|unaligned access)).{0,30}?(?:at|address:?) (?:(?<address>(?:0x)?[0-9a-f]{8,16})|\(null\)|\(ptrval\))$/,
    /^(?<weak>BUG: )(?<message>(?:[Uu]nable to handle (?:kernel )?|kernel )?(?:NULL pointer dereference|paging request|page fault))\b.{0,60}$/,
    new RegExp(
      String.raw`^BUG: (?<message>K(?:ASAN|MSAN|CSAN|FENCE): [\w -]{3,60}?) (?:in|write in|read in) ${SYMBOL}`,
    ),
    /^BUG: (?<message>K(?:ASAN|MSAN|CSAN|FENCE): [\w -]{3,60})/,
    /^(?:watchdog: )?BUG: (?<message>soft lockup) - CPU#\d{1,4} stuck for \d{1,6}s! \[(?<program>\S.{0,31}):(?<pid>\d{1,10})\]$/,
    /^(?:CPU \d{1,4} )?Unable to handle kernel (?<message>[A-Za-z ]{3,60}?) at virtual address (?<address>[0-9a-f]{8,16})/,
    /^kernel BUG at (?<message>\S{1,200}:\d{1,7})!$/,
    /^Kernel panic - not syncing: (?<message>\S.{0,200})$/,
    /^(?:Oops: )?(?<message>general protection fault|divide error|invalid opcode|stack segment|double fault|int3|alignment check|bad trap)(?:, (?:probably|maybe) for .{0,120})?: [0-9a-f]{4} \[#\d{1,4}\]/,
    // SPARC, MIPS, LoongArch
    /^(?:(?<program>\S.{0,31})\((?<pid>\d{1,10})\): )?Oops(?: ?\[#\d{1,4}\]:?|#: [0-9a-f]{4})$/,
    /^(?:Internal error: )?Oops(?: - (?<message>[\w ]{3,40}))?:? [0-9a-f]{1,16}(?: \[#\d{1,4}\])?/,
  ],
  details: [
    /^CPU: \d{1,4} (?:UID: \d{1,10} )?PID: (?<pid>\d{1,10}) Comm: (?<program>\S.{0,31}?) (?:Not tainted|Tainted: )/,
  ],
  frames: [
    // What stands behind a `?` is a guess of the unwinder's.
    form(
      new RegExp(
        String.raw`^(?:R?[IE]?IP: (?:0010:)?|pc : |PC is at |epc : |NIP |ERA: [0-9a-f]{16} |TPC: <)(?:\[<?[0-9a-f]{8,16}>?\] )?${SYMBOL}>?$`,
      ),
    ),
    form(
      new RegExp(
        String.raw`^(?:\[<?[0-9a-f]{8,16}>?\] ){0,2}(?:\([\w.]{1,60}\) )?${SYMBOL}(?: \(unreliable\))?$`,
      ),
    ),
  ],
  stackEnds:
    /^(?:<\/TASK>|---\[ end |R?[IE]?IP: 0033:|Allocated by task|Freed by task|Last potentially related work|The buggy address|Memory state around|Rebooting in|Kernel Offset:)/,
  together: true,
  patience: 60,
  says: "the kernel says",
  note: "the kernel's own stack: which program led to it is only named",
});
