import type { SourcePin } from "../manifest/source-recipe.js";
import type { ProgressSink } from "../progress/event.js";
import type { Pin, Pins } from "./pins.js";

/** Where pins are, as far as there is a lock file, and who is told of what differs. */
interface Setting {
  readonly pins?: Pins | null | undefined;
  readonly sink: ProgressSink;
}

/** Holds an image against the lock file, and tells what differs. */
export function checkImagePin({ pins, sink }: Setting, name: string, found: Pin): void {
  tell(sink, name, pins?.check(name, found) ?? []);
}

/** The same of a source that an environment is built from. */
export function checkSourcePin(
  { pins, sink }: Setting,
  name: string,
  { commit, tree, recipeHash, patches }: SourcePin,
): void {
  const laid = Object.fromEntries(patches.map((patch) => [patch.name, patch.sha256]));
  tell(sink, name, pins?.checkSource(name, { commit, tree, recipe: recipeHash, patches: laid }) ?? []);
}

function tell(sink: ProgressSink, name: string, drift: readonly string[]): void {
  if (drift.length === 0) return;
  const more = drift.length > 5 ? `; and ${drift.length - 5} more` : "";
  const text = `${name} is not what it was when it was pinned: ${drift.slice(0, 5).join("; ")}${more}`;
  sink({ kind: "note", level: "warning", text });
}
