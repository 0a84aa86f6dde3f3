/** A source of random numbers in [0, 1). */
export type Random = () => number;

export function below(random: Random, n: number): number {
  return Math.floor(random() * n);
}

export function pick<T>(random: Random, from: readonly T[]): T {
  if (from.length === 0) throw new RangeError("nothing to pick from");
  return from[below(random, from.length)] as T;
}

/** Bytes that have broken parsers: ends, controls, escapes, paths, keys of prototypes, numbers at their limits. */
const TOKENS: readonly string[] = [
  ...["", "\0", "\n", "\r\n", "\x1b[31m", "\x1b]0;x\x07", "\u202e", "\ufeff", "\ud800", "\u{1f4a5}"],
  ...["../", "..", "/etc/passwd", "../../../../etc/passwd", "a\\..\\b", "//", "./.", "link", "~"],
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "length", "null"],
  ...[
    "0",
    "-1",
    "1e308",
    "-0",
    "NaN",
    "9007199254740993",
    "0x",
    "0xffffffffffffffff",
    "1e-400",
    "99999999999",
  ],
  ...[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "'",
    '"',
    "&a *a",
    "*a",
    "<<: *a",
    "!!js/function x",
    "|",
    ">",
    "- ",
    "? ",
  ],
  ...["(a+)+$", "(?=", "\\1", "((((", "[z-a]", "*?", "{1,99999}", "=", ",", "%s", "$(id)", "`id`", "${x}"],
];

/** A text changed in a few places: bytes, tokens, cuts, repeats, swaps of lines. */
export function mutateText(random: Random, text: string, most = 6): string {
  let changed = text;
  for (let times = 1 + below(random, most); times > 0; times--) changed = mutateOnce(random, changed);
  return changed;
}

function mutateOnce(random: Random, text: string): string {
  const at = below(random, text.length + 1);
  const length = random() < 0.8 ? below(random, 12) : below(random, text.length + 1);
  const [before, part, after] = [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)];
  switch (below(random, 7)) {
    case 0:
      return before + pick(random, TOKENS) + part + after;
    case 1:
      return before + pick(random, TOKENS) + after;
    case 2:
      return before + after;
    case 3:
      return before + part.repeat(2 + below(random, 3)) + after;
    case 4:
      return (
        before + String.fromCharCode(below(random, random() < 0.9 ? 128 : 0x10000)) + part.slice(1) + after
      );
    case 5:
      return random() < 0.5 ? before : part + after;
    default:
      return swapLines(random, text);
  }
}

function swapLines(random: Random, text: string): string {
  const lines = text.split("\n");
  const [a, b] = [below(random, lines.length), below(random, lines.length)];
  [lines[a], lines[b]] = [lines[b] ?? "", lines[a] ?? ""];
  return lines.join("\n");
}

/** Bytes changed in a few places. */
export function mutateBytes(random: Random, bytes: Buffer, most = 6): Buffer {
  let changed: Buffer = Buffer.from(bytes);
  for (let times = 1 + below(random, most); times > 0; times--) {
    const at = below(random, changed.length + 1);
    const end = at + below(random, 20);
    switch (below(random, 5)) {
      case 0:
        if (at < changed.length) changed[at] = (changed[at] ?? 0) ^ (1 << below(random, 8));
        break;
      case 1:
        if (at < changed.length) changed[at] = below(random, 256);
        break;
      case 2:
        changed = Buffer.concat([changed.subarray(0, at), changed.subarray(end)]);
        break;
      case 3:
        changed = Buffer.concat([
          changed.subarray(0, at),
          Buffer.from(pick(random, TOKENS)),
          changed.subarray(at),
        ]);
        break;
      default:
        changed =
          random() < 0.3 ? changed.subarray(0, at) : Buffer.concat([changed, changed.subarray(at, end)]);
    }
  }
  return changed;
}

/** A value of JSON with one to three of its nodes taken away, doubled, or put in place of by something else. */
export function mutateJson(random: Random, value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(value)) as unknown;
  for (let times = 1 + below(random, 3); times > 0; times--) {
    const nodes = nodesOf(copy);
    if (nodes.length === 0) return copy;
    const { holder, key } = pick(random, nodes);
    switch (below(random, 4)) {
      case 0:
        Reflect.deleteProperty(holder, key);
        break;
      case 1:
        define(holder, pick(random, ["__proto__", "constructor", "x", key]), scrap(random));
        break;
      default:
        define(holder, key, scrap(random));
    }
  }
  return copy;
}

const SCRAPS: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER + 2, "", "x", "0xe5", "\0\x1b[2J", "../../x"],
  ...[[], {}, [[]], [null], { __proto__: null, polluted: true }, "9".repeat(400), "SIGSEGV", "crash"],
];

/** A copy: what is put in place may be changed itself. */
function scrap(random: Random): unknown {
  return structuredClone(pick(random, SCRAPS));
}

/** As JSON.parse does: `__proto__` becomes an own key and touches no prototype. */
function define(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function nodesOf(value: unknown, most = 2000): { holder: object; key: string }[] {
  const nodes: { holder: object; key: string }[] = [];
  const walk = (holder: unknown): void => {
    if (typeof holder !== "object" || holder === null) return;
    for (const [key, child] of Object.entries(holder)) {
      if (nodes.length >= most) return;
      nodes.push({ holder, key });
      walk(child);
    }
  };
  walk(value);
  return nodes;
}
