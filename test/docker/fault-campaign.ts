import { Failure } from "../../src/failure.js";
import { FaultProxy, type Fault, type Injection } from "./proxy.js";

/** What is done, whole, through the proxy at `host`. Its result is compared with that of an unharmed run. */
export type Session = (host: string) => Promise<string>;

export interface FaultOutcome {
  readonly fault: string;
  readonly request: string | null;
  readonly came: "right" | "infrastructure" | "wrong";
  readonly what: string;
}

const KINDS: readonly Fault["kind"][] = [
  "cut-before",
  "cut-sent",
  "cut-after",
  "end-after",
  "stall-before",
  "stall-after",
  "slow",
  "garbage",
  "status",
];

/** Mulberry32: a small seeded generator, so that a campaign can be repeated by its seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Runs a session once unharmed, to learn its requests and its right result, then once for each fault, which is drawn from all kinds, all
 * requests and all places in their answers. Whatever comes must be the right result or a failure of the
 * infrastructure; anything else is `wrong`.
 */
export async function faultCampaign(session: Session, faults: number, seed: number): Promise<FaultOutcome[]> {
  const proxy = await FaultProxy.open();
  const random = seeded(seed);
  try {
    const right = await session(proxy.host);
    const requests = proxy.requests.length;
    const outcomes: FaultOutcome[] = [];
    for (let i = 0; i < faults; i++) {
      const injection = drawFault(random, requests);
      proxy.heal();
      proxy.hits.length = 0;
      proxy.inject(injection);
      const { came, what } = await outcomeOf(session(proxy.host), right);
      outcomes.push({ fault: JSON.stringify(injection), request: proxy.hits[0] ?? null, came, what });
    }
    return outcomes;
  } finally {
    await proxy.close();
  }
}

/** A fault of any kind in any of so many requests, at any place of its answer. */
export function drawFault(random: () => number, requests: number): Injection {
  const pick = (n: number): number => Math.floor(random() * n);
  const kind = KINDS[pick(KINDS.length)] ?? "cut-before";
  // Few bytes more often than many: heads and first frames are short.
  const bytes = pick(2) === 0 ? pick(60) : pick(1200);
  const fault = faultOf(kind, bytes, pick(2) === 0);
  return { fault, on: "any", skip: pick(requests), ofBody: pick(2) === 0 };
}

function faultOf(kind: Fault["kind"], bytes: number, forward: boolean): Fault {
  switch (kind) {
    case "cut-before":
    case "cut-sent":
    case "stall-before":
      return { kind };
    case "status":
      return { kind, status: forward ? 502 : 500, forward };
    default:
      return { kind, bytes };
  }
}

async function outcomeOf(run: Promise<string>, right: string): Promise<Pick<FaultOutcome, "came" | "what">> {
  try {
    const result = await run;
    return { came: result === right ? "right" : "wrong", what: result };
  } catch (error) {
    const infra = error instanceof Failure && error.kind === "infrastructure";
    return {
      came: infra ? "infrastructure" : "wrong",
      what: String(error instanceof Error ? error.stack : error),
    };
  }
}
