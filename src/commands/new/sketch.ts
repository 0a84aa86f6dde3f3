import { bareManifest } from "../../manifest/bare-folder.js";
import type { Language } from "../../manifest/repro.js";
import type { Draft } from "./manifest-text.js";

/** A repro that is not written yet: what its manifest says, and its files. */
export interface Sketch {
  readonly draft: Omit<Draft, "name" | "schema">;
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** What the user should know of it. */
  readonly notes: readonly string[];
}

export const PLAIN = { links: [], test: false, link: "static", expect: [] } as const;

/** The default of `run` without a manifest. */
export function environmentsOf(language: Language): string[] {
  return bareManifest("", language, []).environments ?? [];
}
