import { backtraceSymbol } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** GWP-ASan, which guards a few of an allocator's blocks in programs as they are shipped (Android, Chromium, Scudo, tcmalloc). */
export const gwpAsan = printedStack({
  source: "gwp-asan",
  title: "GWP-ASan",
  trigger: /GWP-ASan detected a memory error/,
  heads: [
    /^\*{3} GWP-ASan detected a memory error \*{3}$/,
    /^(?<message>Use[ -][Aa]fter[ -][Ff]ree|Double[ -][Ff]ree|Invalid \(Wild\) Free|Buffer Overflow|Buffer Underflow|Unknown) .{0,200}?\bat (?<address>0x[0-9a-f]{1,16}).{0,200} by thread /,
  ],
  signal: "SIGSEGV",
  frames: [backtraceSymbol],
  stackEnds: /^0x[0-9a-f]{1,16} was (?:de)?allocated by |^\*{3} End GWP-ASan report/,
  patience: 40,
});
