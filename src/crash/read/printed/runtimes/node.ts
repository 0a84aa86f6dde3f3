import { backtraceSymbol, form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** Node's fatal errors: V8's checks, assertions of native code, memory that ran out. */
export const node = printedStack({
  source: "node",
  title: "Node's fatal error",
  trigger: /FATAL ERROR: |# Fatal error in |node::Abort|Assertion `.*' failed\.$/m,
  heads: [
    /^FATAL ERROR: (?<message>\S.{0,300})$/,
    /^# (?<message>(?:Check failed|Debug check failed|unreachable code|Fatal JavaScript).{0,300})$/,
    /^# Fatal error in \S{0,200}(?: line \d{1,9})?,? ?/,
    /^(?:\S{1,200}\[\d{1,10}\]: )?\S{1,300}:\d{1,9}:.{1,300}: (?<message>Assertion `.{1,300}' failed\.)$/,
  ],
  signal: "SIGABRT",
  frames: [
    backtraceSymbol,
    form(/^\d{1,4}: (?<address>0x[0-9a-f]{4,16}) (?<name>\S.{0,500}?) \[(?<module>[^\]]{1,200})\]$/),
    form(/^\d{1,4}: (?<address>0x[0-9a-f]{4,16}) {1,2}\[(?<module>[^\]]{1,200})\]$/),
    form(/^\d{1,4}: (?<address>[0-9A-F]{16}) (?<name>\S.{0,500}?)$/),
  ],
  needsFrames: true,
  patience: 24,
});
