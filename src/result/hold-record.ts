import type { SignatureGroup } from "../crash/group.js";
import type { Hold } from "../plan/schedule.js";
import type { SignatureRecord } from "./result.js";
import { fileOf } from "./schedule-record.js";

/** Where holding a thread brings a crash, by the first attempt that ended so. */
export interface FoundHold {
  readonly firstAttempt: number;
  readonly hold: Hold;
  readonly point: {
    readonly function: string | null;
    readonly offset: number;
    readonly file: string | null;
    readonly line: number | null;
    readonly instruction: string;
    readonly object: string | null;
  };
  readonly crashes: number;
  readonly attempts: number;
  readonly controls: readonly {
    readonly what: string;
    readonly crashes: number;
    readonly attempts: number;
    readonly adjustedPValue: number;
  }[];
  readonly isPlace: boolean;
  readonly tried: { readonly places: number; readonly attempts: number };
  readonly record: { readonly deadlock: boolean };
  readonly sentences: readonly string[];
}

/** The hold of a signature, as a result tells it; nothing where none is known. */
export function holdOf(
  { id, firstAttempt }: SignatureGroup,
  environment: string,
  found: ReadonlyMap<string, FoundHold> = new Map(),
): Pick<SignatureRecord, "hold"> {
  const told = [...found.values()].find((each) => each.firstAttempt === firstAttempt);
  if (told === undefined) return {};
  const { function: name, offset, file, line, instruction, object } = told.point;
  return {
    hold: {
      file: fileOf("holds", environment, id),
      script: fileOf("holds", environment, id, "gdb"),
      place: told.hold.place,
      function: name,
      offset,
      source: file,
      line,
      instruction,
      object,
      pass: told.hold.pass,
      ms: told.hold.ms,
      attempts: told.attempts,
      crashes: told.crashes,
      controls: told.controls.map((control) => ({ ...control })),
      isPlace: told.isPlace,
      tried: { ...told.tried },
      deadlock: told.record.deadlock,
      story: [...told.sentences],
    },
  };
}
