import type { CampaignRequest } from "../../plan/request.js";
import type { Prepared } from "../../request/prepare.js";
import type { ChangeRecord } from "../../result/search/bisect-details.js";
import type { History } from "../strategy/bisect/history.js";

/** What is bisected over: its history, and how a point of it becomes a program. */
export interface Territory {
  /** What one change is: `commit`, `version`, `hunk`, `setting`. */
  readonly unit: string;
  readonly history: History;
  /** The point that has all changes, and the one that has none. */
  readonly newEnd: string;
  readonly oldEnd: string;
  /** A point in a few words: a commit's subject. */
  title(point: string): string;
  /** The plan of a point, of one cell. `request` is the search's own, or with another stop rule. */
  prepare(point: string, request: CampaignRequest): Promise<Prepared>;
  /** A change in full, for the report. */
  change(id: string): Promise<Omit<ChangeRecord, "probability">>;
  /** What a reader must know of it, whatever is found. */
  readonly warnings?: readonly string[];
  /** Whether each point has an environment of its own, built from its source. */
  readonly ownEnvironments: boolean;
  /** Whether git can go on where this ends. */
  readonly isGit: boolean;
}

/** Makes a plan of one of the repro's forms. */
export type Planner = (request: CampaignRequest) => Promise<Prepared>;
