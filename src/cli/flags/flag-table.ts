import type { Options } from "yargs";
import type { Refused } from "../command.js";

/** Flags by name, as yargs takes them. */
export type FlagTable = Readonly<Record<string, Options>>;

/** A table without the flags that a verb has no use for; their types stay, as what is never given. */
export function without<T extends FlagTable>(table: T, refused: Refused): T {
  return Object.fromEntries(Object.entries(table).filter(([name]) => !(name in refused))) as T;
}
