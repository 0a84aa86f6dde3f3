import { backtraceSymbol, form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";
import { SIGNAL_WORDS } from "../../stack/signal-words.js";

const WORDS = `(?<signal>${SIGNAL_WORDS})`;

/** Servers whose handlers have words of their own: Envoy, Ceph, Samba. */
export const server = printedStack({
  source: "server",
  title: "the server's own handler",
  trigger:
    /Caught [A-Z][a-z ]+, suspect faulting address|\*\*\* Caught signal \(|INTERNAL ERROR: Signal \d|PANIC \(pid \d+\): Signal/,
  heads: [
    new RegExp(
      String.raw`^(?:\[[^\]]{1,100}\] ?){0,6}Caught ${WORDS}, suspect faulting address (?<address>0x[0-9a-f]{1,16})$`,
      "i",
    ),
    new RegExp(String.raw`^\*\*\* Caught signal \(${WORDS}\) \*\*$`, "i"),
    /^INTERNAL ERROR: Signal (?<signal>\d{1,2})(?:: .{1,60}?)? in (?:.{0,100} )?\(?pid (?<pid>\d{1,10})\)?/,
    /^PANIC \(pid (?<pid>\d{1,10})\): Signal (?<signal>\d{1,2})(?:: .{1,100})?$/,
  ],
  frames: [
    form(/^(?:\[[^\]]{1,100}\] ?){0,6}#\d{1,4}: (?<name>\S.{0,500}?) \[(?<address>0x[0-9a-f]{1,16})\]$/),
    (line) => backtraceSymbol(line.replace(/^\d{1,4}: \((.+)\) \[/, "ceph($1) [")),
    form(/^\d{1,4}: (?<name>[A-Za-z_]\w{1,100})\(\)$/),
  ],
  own: true,
  patience: 24,
});
