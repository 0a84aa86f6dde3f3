import fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { widthOf } from "../../src/text/width.js";

test("every character and every text has the width that it has by its clusters", () => {
  for (let code = 0x20; code < 0x3100; code++) {
    const character = String.fromCodePoint(code);
    expect([code, widthOf(character)]).toEqual([code, stringWidth(character)]);
  }
  const cluster = fc.constantFrom(
    "a",
    "é",
    "–",
    "·",
    "↔",
    "×",
    "≤",
    "日",
    "😀",
    "\u0301",
    "\ufe0f",
    "\u200d",
    " ",
  );
  fc.assert(
    fc.property(fc.array(cluster, { maxLength: 12 }), (parts) => {
      const text = parts.join("");
      expect(widthOf(text)).toBe(stringWidth(text));
    }),
  );
});
