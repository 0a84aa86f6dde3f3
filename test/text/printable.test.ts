import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { oneLine, plain, printable, printableLine, visible } from "../../src/text/printable.js";

/** What may stand in no text that we show: controls but tab and newline, and what is invisible or turns text around. */
const UNSAFE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom("\x1b", "[", "]", "3", "1", "m", ";", "\x07", "\n", "\r", "\u202e", "\x9b", "a"),
  }),
);

describe("what a crashing program printed", () => {
  test("controls are shown, not obeyed", () => {
    expect(visible("\x1b[31mred\x07\x00")).toBe("␛[31mred␇␀");
    expect(visible("a\tb\r\nc\rd")).toBe("a\tb\nc␍d");
    expect(visible("abc\u202edef\u2066")).toBe("abc\\u{202e}def\\u{2066}");
    expect(visible("\x9b31m\x7f")).toBe("\\u{9b}31m␡");
  });
  test("invalid UTF-8 and lone surrogates become U+FFFD", () => {
    expect(visible(Buffer.from([0x61, 0xff, 0xfe, 0x62]))).toBe("a\ufffd\ufffdb");
    expect(visible("a\ud800b")).toBe("a\ufffdb");
    expect(visible("😀")).toBe("😀");
  });
  test("escape sequences are gone from what is parsed", () => {
    expect(plain("\x1b[1;31mpanic\x1b[0m: \x1b]8;;http://x\x07no\x1b]8;;\x1b\\")).toBe("panic: no");
    expect(plain("\x1bP1;2q...\x1b\\sixel")).toBe("sixel");
  });
  test("an unfinished sequence swallows nothing", () => {
    expect(plain("\x1b]0;title without an end\nnext")).toContain("\nnext");
  });
  test("nothing unsafe is left, whatever came", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const safe of [visible(text), plain(text), oneLine(text, 40)]) {
          expect(UNSAFE.test(safe)).toBe(false);
          expect(safe.isWellFormed()).toBe(true);
        }
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(UNSAFE.test(visible(bytes))).toBe(false);
      }),
    );
  });
  test("one line is one, and no longer than it may be", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 2, max: 60 }), (text, max) => {
        const line = oneLine(text, max);
        expect(line.length).toBeLessThanOrEqual(max);
        expect(line).not.toContain("\n");
      }),
    );
    expect(oneLine("a😀b", 3)).toBe("a…");
  });
  test("64 MiB of controls are shown as any other", () => {
    const nuls = "\0".repeat(64 * 1024 * 1024);
    expect(visible(nuls)).toHaveLength(nuls.length);
  });
  test("a text in pieces is that text", () => {
    const text = "a\r\n😀\x1b[31m\ud800".repeat(200_000);
    expect(visible(text)).toBe(visible("a\r\n😀\x1b[31m\ud800").repeat(200_000));
  });
  test("showing twice changes nothing more", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(visible(visible(text))).toBe(visible(text));
      }),
    );
  });
});

describe("what a tool says", () => {
  test("lets no control sequence through to the terminal", () => {
    expect(printable("\x1b[31mred\x1b[0m \x1b]0;title\x07x\x07\r\ny\x00\u202ez\x9b1m", 100)).toBe(
      "red x yz1m",
    );
    expect(printableLine("\x1b[2K\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\\ttab  ")).toBe("link\ttab");
  });

  test("is bounded", () => {
    expect(printable("x".repeat(1000), 10)).toBe(`${"x".repeat(10)}…`);
    expect(printableLine("x".repeat(100_000)).length).toBe(4096);
  });
});
