import type { HoldRecord } from "../result/result.js";
import { counted, pValue } from "../text/numbers.js";

/** Where a thread was held, in words. */
export function heldAt({ function: name, source, line, object, instruction }: HoldRecord): string {
  const place = source === null ? (object === null ? "" : ` in ${object}`) : ` at ${source}:${line ?? "?"}`;
  return `${name ?? "code without a name"}${place}, before \`${instruction}\``;
}

/** What a hold brings, and whether that is its place: sentences. */
export function holdSentences(hold: HoldRecord): string[] {
  const { pass, ms, crashes, attempts, tried, isPlace, controls, script, file } = hold;
  const when = pass === 1 ? "the first time that any comes there" : `pass ${pass} of all threads there`;
  const alike = controls.filter(({ adjustedPValue }) => adjustedPValue >= 0.05).length;
  const verdict = isPlace
    ? "It is the place that brings it: with every control it comes less often (Boschloo's test, corrected for all of them)."
    : alike > 0
      ? `It is not shown that the place brings it: ${counted(alike, "control")} of ${controls.length} cannot be told from it.`
      : "Whether it is the place or the delay is not known: there was no other place to compare with.";
  return [
    `Holding one thread in ${heldAt(hold)}, for ${ms} ms (${when}), brings it in ${crashes} of ${attempts} fresh attempts. All other threads run freely.`,
    tried.places === 0
      ? `${verdict} The hold was given.`
      : `${verdict} It was looked for at ${counted(tried.places, "place")} in ${counted(tried.attempts, "attempt")}.`,
    `By hand: gdb -x ${script} --args PROGRAM; again: vivarium run … --schedule ${file}`,
  ];
}

/** The hold and its controls: titles, and a row for each. */
export function holdTable(hold: HoldRecord): { titles: string[]; rows: string[][] } {
  return {
    titles: ["beside it, in turns", "crashes", "adjusted p"],
    rows: [
      ["this hold", `${hold.crashes} of ${hold.attempts}`, ""],
      ...hold.controls.map(({ what, crashes, attempts, adjustedPValue }) => [
        what,
        `${crashes} of ${attempts}`,
        pValue(adjustedPValue),
      ]),
    ],
  };
}
