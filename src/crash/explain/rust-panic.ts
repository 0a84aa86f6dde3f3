import type { Explanation } from "../evidence.js";
import { oneLine } from "../../text/printable.js";
import { namedCause } from "../said.js";
import { explanation } from "./explanation.js";

/** Rust's runtime between a panic and abort(): a program built with panic=abort, or a panic that may not leave a function. */
const PANICS =
  /^(?:core::panicking::panic|std::panicking::(?:begin_panic|rust_panic)|panic_abort::|rust_(?:start_)?panic)/;
/** Before Rust 1.73 `panicked at 'MESSAGE', FILE:1:2`, since then `panicked at FILE:1:2: MESSAGE`. */
const SAID =
  /panicked at (?:'(?<old>.*)', (?<oldPlace>\S+:\d{1,9}:\d{1,9})$|(?<place>\S+:\d{1,9}:\d{1,9}): (?<message>.*))/;

/** A panic of Rust's that ended in abort(), as its stack shows, by the program's words; null where the stack shows none. */
export function panickedInRust(stack: readonly string[], stderr: string): Explanation | null {
  if (!stack.some((name) => PANICS.test(name))) return null;
  const said = SAID.exec(namedCause(stderr) ?? "")?.groups;
  const message = said?.["old"] ?? said?.["message"];
  const place = said?.["oldPlace"] ?? said?.["place"];
  return explanation(
    "abort",
    `Rust's runtime called abort() instead of unwinding: panic${message === undefined ? "" : `: ${oneLine(message, 300)}`}`,
    place === undefined ? [] : [`it panicked at ${oneLine(place, 200)}`],
  );
}
