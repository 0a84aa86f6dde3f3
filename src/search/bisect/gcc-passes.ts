import { badRequest } from "../../failure.js";
import type { CampaignRequest } from "../../plan/request.js";
import { line } from "../strategy/bisect/history.js";
import type { Planner, Territory } from "./territory.js";

const FORM = /^cflags=-O([0-2])\.\.-O([1-3])$/;

/** What gcc 10 and newer turn on at a level, beyond the level before (its manual, "Options That Control Optimization"). */
const TURNED_ON: Readonly<Record<1 | 2 | 3, readonly string[]>> = {
  1: words(`auto-inc-dec branch-count-reg combine-stack-adjustments compare-elim cprop-registers dce defer-pop dse
    forward-propagate guess-branch-probability if-conversion if-conversion2 inline-functions-called-once ipa-modref
    ipa-profile ipa-pure-const ipa-reference ipa-reference-addressable merge-constants move-loop-invariants
    omit-frame-pointer reorder-blocks shrink-wrap shrink-wrap-separate split-wide-types ssa-backprop ssa-phiopt tree-bit-ccp
    tree-ccp tree-ch tree-coalesce-vars tree-copy-prop tree-dce tree-dominator-opts tree-dse tree-fre tree-phiprop tree-pta
    tree-scev-cprop tree-sink tree-slsr tree-sra tree-ter unit-at-a-time`),
  2: words(`align-functions align-jumps align-labels align-loops caller-saves code-hoisting crossjumping cse-follow-jumps
    cse-skip-blocks delete-null-pointer-checks devirtualize devirtualize-speculatively expensive-optimizations gcse gcse-lm
    hoist-adjacent-loads inline-functions inline-small-functions indirect-inlining ipa-bit-cp ipa-cp ipa-icf ipa-ra ipa-sra
    ipa-vrp isolate-erroneous-paths-dereference lra-remat optimize-sibling-calls optimize-strlen partial-inlining peephole2
    reorder-blocks-and-partition reorder-functions rerun-cse-after-loop schedule-insns2 sched-interblock sched-spec
    store-merging strict-aliasing thread-jumps tree-builtin-call-dce tree-loop-vectorize tree-pre tree-slp-vectorize
    tree-switch-conversion tree-tail-merge tree-vrp`),
  3: words(`gcse-after-reload ipa-cp-clone loop-interchange loop-unroll-and-jam peel-loops predictive-commoning
    split-loops split-paths tree-loop-distribution tree-partial-pre unroll-completely-grow-size unswitch-loops
    version-loops-for-strides`),
};
/** Of those, what not every gcc since 10 knows. */
const NOT_EVERYWHERE = new Set(["ipa-modref", "unroll-completely-grow-size"]);

function words(text: string): readonly string[] {
  return text.split(/\s+/);
}

/** Whether this asks for the flags between two of gcc's levels. */
export function isPasses(over: string): boolean {
  return FORM.test(over);
}

/**
 * gcc's optimisation flags between two levels, turned on one after the other: `cflags=-O1..-O2`. Every point is built at the higher level; the first
 * has all of the flags turned off.
 */
export function gccPasses(over: string, cc: string, plan: Planner): Territory {
  const [from = 0, to = 0] = (FORM.exec(over) ?? []).slice(1).map(Number);
  if (from >= to)
    throw badRequest(
      `--over ${over}: -O${to} is not above -O${from}`,
      "for example: --over 'cflags=-O1..-O2'",
    );
  if (cc !== "gcc") {
    throw badRequest(
      `--over ${over}: these are gcc's flags, and it is built by ${cc}`,
      "name the flags themselves: --over 'cflags=-O1,-O2'",
    );
  }
  const levels = ([1, 2, 3] as const).filter((level) => level > from && level <= to);
  const flags = levels.flatMap((level) => TURNED_ON[level]).filter((flag) => !NOT_EVERYWHERE.has(flag));
  const none = `-O${to} without what it turns on`;
  const ids = [none, ...flags.map((flag) => `-f${flag}`)];
  const off = (point: string): string[] =>
    ids.slice(ids.indexOf(point) + 1).map((id) => `-fno-${id.slice(2)}`);
  return {
    unit: "flag",
    history: line(ids),
    newEnd: ids.at(-1) as string,
    oldEnd: none,
    isGit: false,
    ownEnvironments: false,
    title: (point) => point,
    prepare: (point, request: CampaignRequest) =>
      plan({
        ...request,
        build: {
          ...request.build,
          cflags: [...(request.build?.cflags ?? []), `-O${to}`, ...off(point)],
        },
      }),
    change: (id) => {
      const before = ids.slice(1, ids.indexOf(id));
      return Promise.resolve({
        id,
        title: `at -O${to}, after ${before.length} others of -O${from}..-O${to}`,
        author: null,
        date: null,
        shown: before.length === 0 ? "" : `on before it: ${before.join(" ")}`,
      });
    },
  };
}
