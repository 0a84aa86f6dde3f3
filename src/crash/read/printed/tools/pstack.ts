import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** pstack's and mdb's stack of a core file, of Solaris and illumos. */
export const pstack = printedStack({
  source: "pstack",
  title: "pstack",
  trigger: /^.{0,60}core '[^']+' of \d+:/m,
  heads: [/^core '[^']{1,300}' of (?<pid>\d{1,10}):\s(?<program>\S{1,300})/],
  frames: [
    form(
      /^(?<address>[0-9a-f]{8,16}) (?<name>[A-Za-z_]\S{0,300}) ?\(.{0,200}\)(?: \+ (?<offset>[0-9a-f]{1,8}))?$/,
    ),
  ],
  stackEnds: /^-{4,} {1,3}(?:lwp|thread)# (?!1 )/,
  needsFrames: true,
  signal: null,
  patience: 4,
});
