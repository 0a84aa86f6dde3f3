import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

const MARK = String.raw`^(?:={6,} {1,9})?`;

/** What NVIDIA's compute-sanitizer (cuda-memcheck before) finds in a kernel on the GPU. */
export const cuda = printedStack({
  source: "compute-sanitizer",
  title: "compute-sanitizer",
  trigger:
    /Invalid __\w+__ (?:read|write|atomic)|Uninitialized __\w+__ memory read|Barrier error detected|(?:Race|hazard) .{0,60}__shared__/,
  heads: [
    new RegExp(
      String.raw`${MARK}(?<another>)(?:Error: )?(?<message>Invalid __\w{3,20}__ (?:read|write|atomic) of size \d{1,6})(?: bytes)?$`,
    ),
    new RegExp(
      String.raw`${MARK}(?<another>)(?<message>Uninitialized __\w{3,20}__ memory read) of size \d{1,6}`,
    ),
    new RegExp(String.raw`${MARK}(?<another>)(?<message>Barrier error detected\. .{1,100})$`),
  ],
  details: [new RegExp(String.raw`${MARK}(?:Address|Access to) (?<address>0x[0-9a-f]{1,16}) is `)],
  frames: [
    form(
      new RegExp(
        String.raw`${MARK}at (?<name>[A-Za-z_].{0,300}?)\+0x[0-9a-f]{1,16}(?: in (?<file>\S.{0,300}?):(?<line>\d{1,7}))?$`,
      ),
    ),
    form(
      new RegExp(
        String.raw`${MARK}at 0x[0-9a-f]{1,16} in (?:(?<file>\S.{0,300}?):(?<line>\d{1,7}):)?(?<name>[A-Za-z_].{0,300}?)(?:\(.{0,300}\))?$`,
      ),
    ),
  ],
  stackEnds: new RegExp(String.raw`${MARK}(?:by thread|Saved host backtrace|Host Frame)`),
  needsFrames: true,
  signal: null,
  patience: 12,
  says: "compute-sanitizer says",
  note: "it is the kernel on the GPU that failed: no signal ends the program",
});
