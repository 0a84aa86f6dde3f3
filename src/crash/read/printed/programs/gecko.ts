import { form } from "../../stack/frame.js";
import { printedStack } from "../../stack/printed-stack.js";

/** Firefox and its like, where they end themselves: `MOZ_CRASH`, a failed assertion, with their own stack walk. */
export const gecko = printedStack({
  source: "gecko",
  title: "Firefox's own report",
  trigger: /Hit MOZ_CRASH\(|Assertion failure: /,
  heads: [
    /^(?:.{0,60} )?(?<message>Hit MOZ_CRASH\(.{0,300}\)) at \S.{0,300}:\d{1,7}$/,
    /^(?:.{0,60} )?(?<message>Assertion failure: \S.{0,300}?),? at \S.{0,300}:\d{1,7}$/,
  ],
  frames: [
    form(
      /^#\d{2,4}: (?<name>\S.{0,500}?) ?(?:\[(?<file>[^\]:]{1,300})(?::(?<line>\d{1,7}))?(?: ?\+ ?0x[0-9a-f]{1,16})?\]|\(\?{3}:\?{3}\))$/,
    ),
  ],
  signal: null,
  patience: 8,
  says: "Firefox ended itself",
});
