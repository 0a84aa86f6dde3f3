import { expect, test } from "vitest";
import { elsewhereRecords, whereItMatters } from "../../../src/search/ablate/elsewhere.js";
import type { Part } from "../../../src/search/ablate/parts.js";
import type { PartAnswer } from "../../../src/search/ablate/part-answer.js";
import { AblateStrategy } from "../../../src/search/ablate/strategy.js";

const answer = (counted: number): PartAnswer => ({
  refused: null,
  attempts: 24,
  counted,
  others: [],
  otherCrash: null,
});
const WHOLE = { attempts: 48, counted: 48 };

function part(id: string, title: string): Part {
  const without = { manifest: {} as never, files: {} };
  return { id, kind: "setting", title, place: null, needs: title, without, condition: null };
}

test("a setting that matters is tried in the other environments in which it crashes; the sentence says where it does", () => {
  const parts = [part("1", "static linking"), part("2", "passwd: compat"), part("3", "the user")];
  const environments = ["glibc-2.31"];
  const strategy = new AblateStrategy([[0, 1, 2]], 3, { environments, isSetting: () => true });
  let state = strategy.take(
    strategy.initial,
    { parts: [0, 1, 2] },
    { parts: [answer(0), answer(0), answer(24)], whole: WHOLE },
  );
  const step = strategy.next(state, []);
  expect(step).toEqual({ kind: "ask", asks: [{ parts: [0, 1], environment: "glibc-2.31" }] });
  state = strategy.take(
    state,
    { parts: [0, 1], environment: "glibc-2.31" },
    { parts: [answer(0), answer(24)], whole: WHOLE },
  );
  expect(strategy.next(state, []).kind).toBe("done");
  const records = elsewhereRecords(parts, state);
  expect(whereItMatters("1", "glibc-2.36", records)).toBe("");
  expect(whereItMatters("2", "glibc-2.36", records)).toBe(
    " on glibc-2.36 (on glibc-2.31 it makes no difference)",
  );
});

test("an environment in which the whole program did not crash says nothing", () => {
  const parts = [part("1", "static linking")];
  const there = { parts: [0], answers: [answer(0)], whole: { attempts: 24, counted: 0 } };
  const records = elsewhereRecords(parts, { answers: [], whole: WHOLE, elsewhere: { "glibc-2.41": there } });
  expect(whereItMatters("1", "glibc-2.36", records)).toBe("");
});
