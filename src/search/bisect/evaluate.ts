import { Failure, interrupted } from "../../failure.js";
import { shortReason } from "../../images/recipe/build-failure.js";
import { UnbuiltTree } from "../../images/source/build-tree.js";
import type { CampaignRequest } from "../../plan/request.js";
import type { Bench, Built } from "../bench.js";
import { step } from "../../progress/step.js";
import type { ProgressSink } from "../../progress/event.js";
import { counted as many } from "../../text/numbers.js";
import type { Counts } from "../counts.js";
import type { Wanted } from "../make-attempts.js";
import {
  countedOf,
  type BisectAnswer,
  type BisectAsk,
  type BuildAnswer,
  type ConfirmAsk,
  type PointAttempts,
  type TryAsk,
} from "../strategy/bisect/questions.js";
import type { Territory } from "./territory.js";
import { plainName } from "./words.js";
import { whatRuns } from "./what-runs.js";

/** Parts in which fresh attempts are made: whatever drifts on the machine meanwhile, drifts for all points alike. */
const TURNS = 8;

/** Answers a bisection's questions on an engine. */
export class Evaluator {
  private readonly made = new Map<string, Promise<Built | Failure>>();
  /** Questions asked: each is a step of progress. */
  private asked = 0;

  /** `reference`: the point whose plan says what counts, for all: the end that is said to crash. */
  constructor(
    private readonly territory: Territory,
    private readonly bench: Bench,
    private readonly request: CampaignRequest,
    private readonly reference: string,
    private readonly sink: ProgressSink,
  ) {}

  answer(ask: BisectAsk, signal: AbortSignal): Promise<BisectAnswer> {
    return ask.kind === "try" ? this.try(ask, signal) : this.confirm(ask, signal);
  }

  /** Builds what a question will need. */
  async prepare(ask: BisectAsk, signal: AbortSignal): Promise<void> {
    if (ask.kind === "try") await this.build(ask.point, signal);
  }

  /** Points that were built here, not found in the engine's cache. */
  async fresh(): Promise<Map<string, Built>> {
    const all = await Promise.all(
      [...this.made].map(async ([point, made]) => [point, await made.catch(() => null)] as const),
    );
    return new Map(
      all.flatMap(([point, made]) =>
        made === null || made instanceof Failure || made.cached ? [] : [[point, made] as const],
      ),
    );
  }

  private async try(ask: TryAsk, signal: AbortSignal): Promise<BisectAnswer> {
    const since = performance.now();
    const built = await this.build(ask.point, signal);
    if (built instanceof Failure) {
      return {
        kind: "tried",
        build: { ok: false, ms: performance.now() - since, why: shortReason(built.message) },
        made: null,
      };
    }
    const { ms, cached, binary } = built;
    const build: BuildAnswer = { ok: true, ms, cached, sha256: binary.sha256, runs: whatRuns(built) };
    const as = await this.judged(signal);
    const name = plainName(this.territory, ask.point);
    const made = await this.step(
      `try ${name}`,
      (told) => this.bench.run(built, this.wanted(ask, told), signal, as),
      (counts) => `${countedOf(counts.ends, ask.keys)} of ${many(counts.attempts, "attempt")}: ${name}`,
    );
    return { kind: "tried", build, made: pointAttempts(made) };
  }

  private wanted(ask: TryAsk, told: (line: string) => void): Wanted {
    const began = performance.now();
    const late = (counts: Counts): boolean =>
      ask.within !== undefined &&
      counts.attempts >= ask.within.least &&
      performance.now() - began > ask.within.ms;
    return {
      attempts: ask.attempts,
      enough: (counts) => {
        const counted = countedOf(counts.ends, ask.keys);
        told(`${counted} of ${counts.attempts}; ${ask.attempts} at most`);
        return counted >= ask.until || late(counts);
      },
    };
  }

  /** A trial or a confirmation as a step of progress: what it is, where it stands, what came of it. */
  private step<T>(
    title: string,
    work: (told: (line: string) => void) => Promise<T>,
    came: (value: T) => string,
  ): Promise<T> {
    return step(this.sink, `bisect:${++this.asked}`, title, ({ line }) => work(line), came);
  }

  private async confirm({ points, attempts }: ConfirmAsk, signal: AbortSignal): Promise<BisectAnswer> {
    const built: Built[] = [];
    for (const point of points) {
      const made = await this.build(point, signal);
      if (made instanceof Failure) throw made;
      built.push(made);
    }
    const name = plainName(this.territory, points[0] ?? "");
    const made = await this.step(
      `confirm ${name}`,
      (told) => this.inTurns(built, attempts, told, signal),
      (sums) => `confirmation, ${sums.map(inWords).join(" against ")}: ${name}`,
    );
    return { kind: "confirmed", made };
  }

  /** Fresh attempts of several programs, so many of each. */
  private async inTurns(
    built: readonly Built[],
    attempts: number,
    told: (line: string) => void,
    signal: AbortSignal,
  ): Promise<PointAttempts[]> {
    const as = await this.judged(signal);
    // Each lane has an attempt to make in each turn: containers are opened for nothing else.
    const lanes = built[0]?.plan.parallel ?? 1;
    const turns = Math.max(2, Math.min(TURNS, Math.floor(attempts / lanes)));
    const sums = built.map((): PointAttempts => ({ attempts: 0, ends: [], ms: 0 }));
    for (let turn = 0; turn < turns; turn++) {
      const share = Math.floor((attempts * (turn + 1)) / turns) - Math.floor((attempts * turn) / turns);
      if (share === 0) continue;
      for (let i = 0; i < built.length; i++) {
        // Each turn begins with another one.
        const at = (i + turn) % built.length;
        const counts = await this.bench.run(built[at] as Built, { attempts: share }, signal, as);
        sums[at] = added(sums[at] as PointAttempts, pointAttempts(counts));
        told(
          `${sums.reduce((sum, { attempts }) => sum + attempts, 0)} of ${many(attempts * built.length, "attempt")}`,
        );
      }
    }
    return sums;
  }

  private async judged(signal: AbortSignal): Promise<Pick<Built, "plan" | "cell"> | undefined> {
    const built = await this.build(this.reference, signal);
    return built instanceof Failure ? undefined : built;
  }

  /** Each point once; one that cannot be built, as its Failure. Throws where the engine, and not the program, is at fault. */
  private async build(point: string, signal: AbortSignal): Promise<Built | Failure> {
    const known = this.made.get(point);
    if (known !== undefined) return known;
    const fresh = this.buildNow(point, signal);
    this.made.set(point, fresh);
    fresh.catch(() => this.made.delete(point));
    return fresh;
  }

  private async buildNow(point: string, signal: AbortSignal): Promise<Built | Failure> {
    try {
      const prepared = await this.territory.prepare(point, this.request);
      const made = await this.bench.buildOne(prepared, signal, plainName(this.territory, point));
      if (made instanceof Failure && !isPointsOwn(made)) throw made;
      return made;
    } catch (failure) {
      if (signal.aborted) throw interrupted();
      if (failure instanceof Failure && isPointsOwn(failure)) return failure;
      throw failure;
    }
  }
}

/** Whether a point cannot be built, and not the engine be reached: its program does not compile, or the libc that it is. */
function isPointsOwn(failure: Failure): boolean {
  return failure.kind === "request" || failure instanceof UnbuiltTree;
}

function inWords({ attempts, ends }: PointAttempts): string {
  return `${countedOf(ends, null)} of ${attempts}`;
}

function pointAttempts({ attempts, ends, ms }: Counts): PointAttempts {
  return { attempts, ends, ms };
}

function added(a: PointAttempts, b: PointAttempts): PointAttempts {
  const ends = [...a.ends];
  for (const end of b.ends) {
    const at = ends.findIndex(({ key, counted }) => key === end.key && counted === end.counted);
    const known = ends[at];
    if (known === undefined) ends.push(end);
    else ends[at] = { ...known, count: known.count + end.count };
  }
  return { attempts: a.attempts + b.attempts, ends, ms: a.ms + b.ms };
}
