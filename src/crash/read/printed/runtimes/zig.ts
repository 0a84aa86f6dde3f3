import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** Zig's panics and its segfault handler (std/debug.zig). */
export const zig = printedStack({
  source: "zig",
  title: "Zig's panic",
  trigger:
    /^.{0,60}(?:Segmentation fault at address|thread \d+ panic: |General protection exception|Illegal instruction at address|Bus error at address)/m,
  heads: [
    /^(?<signal>Segmentation fault|Illegal instruction|Bus error|Arithmetic exception) at address (?<address>0x[0-9a-f]{1,16})$/,
    /^General protection exception \((?<message>no address available)\)$/,
    /^thread \d{1,10} panic: (?<message>\S.{0,300})$/,
  ],
  signal: "SIGABRT",
  frames: [
    form(
      /^(?<file>\S.{0,500}?):(?<line>\d{1,9}):\d{1,9}: (?<address>0x[0-9a-f]{1,16}) in (?<name>\S.{0,200}?) \((?<module>[^()]{1,200})\)$/,
    ),
  ],
  needsFrames: true,
  patience: 12,
});
