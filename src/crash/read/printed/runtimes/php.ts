import { printedStack } from "../../stack/printed-stack.js";

/** PHP's allocator, where it finds that somebody overwrote its memory. */
export const php = printedStack({
  source: "php",
  title: "PHP's allocator",
  trigger: /zend_mm_heap corrupted/,
  heads: [/^(?<message>zend_mm_heap corrupted)$/],
  frames: [],
  signal: null,
  patience: 2,
  says: "PHP says",
});
