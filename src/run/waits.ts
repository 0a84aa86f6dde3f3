import type { ProgressEvent, ProgressSink } from "../progress/event.js";
import { span } from "../text/durations.js";
import type { Clock } from "./clock.js";

/** A person who hears nothing for half a minute takes a command for dead. */
const SILENT_MS = 20_000;
const LOOK_EVERY_MS = 5_000;

/** What a campaign waits for, told wherever nothing else was heard of it for a while. */
export class Waits {
  private readonly waiting = new Set<{ readonly what: string; readonly sinceMs: number }>();
  private heardMs: number;

  constructor(
    private readonly clock: Clock,
    private readonly progress: ProgressSink,
  ) {
    this.heardMs = clock.now();
  }

  /** Events of the campaign go through here, so that it is known when it was heard last. */
  readonly sink = (event: ProgressEvent): void => {
    this.heardMs = this.clock.now();
    this.progress(event);
  };

  /** `what` says what is waited for: `glibc-2.36: the engine starts a container`. Returns what ends the wait. */
  begin(what: string): () => void {
    const wait = { what, sinceMs: this.clock.now() };
    this.waiting.add(wait);
    return () => this.waiting.delete(wait);
  }

  /** Begins to look; returns what ends that. */
  watch(): () => void {
    return this.clock.every(LOOK_EVERY_MS, () => this.look());
  }

  private look(): void {
    const now = this.clock.now();
    const [longest] = this.waiting;
    if (longest === undefined || now - this.heardMs < SILENT_MS) return;
    const text = `${longest.what}, for ${span(now - longest.sinceMs)} so far`;
    this.sink({ kind: "note", level: "info", text });
  }
}
