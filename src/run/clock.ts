/** Time, as a campaign sees it; passed in, so that tests need not wait. */
export interface Clock {
  /** Milliseconds of a monotonic clock; only differences mean anything. */
  now(): number;
  /** The time of day. */
  date(): Date;
  /** Resolves after that many milliseconds, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Calls `task` again and again until the returned function is called. Keeps no process alive. */
  every(ms: number, task: () => void): () => void;
}

/** The machine's clocks. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  sleep(ms, signal) {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      // setTimeout takes 31 bits: a longer wait would end at once.
      const timer = setTimeout(end, Math.min(ms, 2 ** 31 - 1));
      signal.addEventListener("abort", end, { once: true });
    });
  },
  every(ms, task) {
    const timer = setInterval(task, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};
