import type { Engine } from "../../docker/engine.js";
import type { ProgressSink } from "../../progress/event.js";
import type { Prepared } from "../../request/prepare.js";
import type { CampaignSettings } from "../campaign-of.js";
import type { OpenSearch } from "../open-search.js";

/** A search in a program, opened: what it is about, where it is kept, and what it is carried out with. */
export interface ProgramSearch {
  readonly prepared: Prepared;
  readonly search: OpenSearch;
  readonly engine: Engine;
  readonly sink: ProgressSink;
  readonly signal: AbortSignal;
  readonly settings: Pick<CampaignSettings, "base" | "platform" | "snapshotArchive" | "pins">;
}
