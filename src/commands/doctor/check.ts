import type { Engine, EngineFacts, ImageRecord } from "../../docker/engine.js";
import type { Catalogue } from "../../manifest/catalogue.js";

/** What a check came to. `warning`: vivarium works, with less; `failed`: it does not; `skipped`: it could not be tried. */
export type Status = "ok" | "warning" | "failed" | "skipped";

export interface Finding {
  readonly status: Status;
  /** What was seen, in one line. */
  readonly found: string;
  /** What to do about it; null where nothing needs to be done. */
  readonly remedy: string | null;
}

/** Where the checks look. */
export interface Site {
  readonly engine: Engine;
  readonly facts: EngineFacts;
  /** An environment's image, to try things in; null where none was built yet. */
  readonly image: ImageRecord | null;
  readonly catalogue: Catalogue;
  readonly cwd: string;
  readonly signal: AbortSignal;
}

export interface Check {
  /** By which `--only` chooses it. */
  readonly name: string;
  readonly title: string;
  look(site: Site): Promise<Finding>;
}

export function ok(found: string): Finding {
  return { status: "ok", found, remedy: null };
}

export function warning(found: string, remedy: string): Finding {
  return { status: "warning", found, remedy };
}

export function failed(found: string, remedy: string): Finding {
  return { status: "failed", found, remedy };
}
