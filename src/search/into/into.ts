import { badRequest } from "../../failure.js";
import type { SearchResult } from "../../result/search/search-result.js";
import type { AblateAnswer } from "../ablate/answers.js";
import { measureParts } from "../ablate/measure.js";
import { nothingToAblate } from "../ablate/result.js";
import { attemptsFor, measureWhole, type Crash, type Measured } from "../ablate/whole-measured.js";
import type { ProgramSearch } from "../candidate/program-search.js";
import { closeSearch } from "../close-search.js";
import { drive } from "../drive.js";
import { cFunctions } from "./c-function.js";
import { goFunctions, programInto } from "./go-functions.js";
import { readGoTree } from "./go-tree.js";
import type { OpenFunction } from "./inner.js";
import { intoResult } from "./result.js";
import { IntoStrategy, type IntoAsk, type IntoState } from "./strategy.js";

/** Parts that are measured together: few, since those before a call that is needed need not be. */
const GROUP = 8;
const GO_GROUP = 5;
/** Parts that a rate is corrected for: about so many are measured on the way down. */
const EXPECTED_PARTS = 100;

/** Finds out what inside of a function matters to the crash, and goes down into the call that does, until nothing more can be opened. */
export async function ablateInto(input: ProgramSearch, into: string): Promise<SearchResult> {
  const { prepared, search, sink, signal } = input;
  const measured = await measureWhole(input);
  const { whole, evidence, crash } = measured;
  if (crash === null)
    return closeSearch(search, nothingToAblate(prepared, whole, evidence, search.sinceStart()));
  const { open, first } = await functionsOf(measured, crash, into);
  const strategy = new IntoStrategy(first, open, whole.language === "go" ? GO_GROUP : GROUP);
  const attempts = attemptsFor(crash.rate, EXPECTED_PARTS);
  const driven = await drive<IntoState, IntoAsk, AblateAnswer, IntoState>({
    strategy,
    search,
    lanes: 1,
    sink,
    signal,
    answer: (ask) => {
      const parts = open(ask.function)?.parts ?? [];
      return measureParts({ ...crash, whole: whole.material, parts, attempts }, ask);
    },
  });
  return closeSearch(
    search,
    intoResult({
      prepared,
      whole,
      into,
      open,
      state: driven.state,
      environment: crash.cell,
      evidence,
      complete: driven.finding !== null,
      elapsedMs: search.sinceStart(),
    }),
  );
}

interface Functions {
  readonly open: OpenFunction;
  /** What is opened first: the program's calls of the function, or where it makes none the function. */
  readonly first: string;
}

async function functionsOf(
  { whole, grammar }: Measured,
  { bench, cell }: Crash,
  into: string,
): Promise<Functions> {
  if (whole.language !== "go") {
    const open = cFunctions(grammar, whole.material);
    if (open(into) !== null) return { open, first: into };
    throw noFunction(into, "name one that the program's own files define");
  }
  const packages = await readGoTree(bench, cell, whole.material);
  const functions = goFunctions(grammar, packages, whole.material);
  const [name, ...others] = functions.named(into);
  if (name === undefined)
    throw noFunction(into, "name it with its package: net.Dial, net.(*netFD).connect, os/user.Current");
  if (others.length > 0)
    throw badRequest(`--into ${into}: that may mean ${[name, ...others].join(" or ")}`, "name one of them");
  const calls = programInto(name);
  const { open } = functions;
  return { open, first: (open(calls)?.parts.length ?? 0) > 0 ? calls : name };
}

function noFunction(into: string, remedy: string) {
  return badRequest(
    `--into ${into}: neither the program nor a package that it is built of has such a function`,
    remedy,
  );
}
