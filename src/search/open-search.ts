import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure.js";
import { systemClock, type Clock } from "../run/clock.js";
import { unwritable } from "../run/journal/writer.js";
import { CampaignLock } from "../run/store/campaign-lock.js";
import { JOURNAL_FILE } from "../run/store/open-campaign.js";
import { CampaignStore } from "../run/store/store.js";
import { SEARCHES_FOLDER } from "../workspace/search-place.js";
import {
  checkKind,
  readSearch,
  SEARCH_JOURNAL,
  SearchJournal,
  type AnswerEntry,
  type SearchHeader,
} from "./journal.js";

/** A search that this process may write to. Close it. */
export interface OpenSearch {
  readonly header: SearchHeader;
  /** Its folder under `.vivarium/searches/`. */
  readonly folder: string;
  /** The folder that it is run in, whose `.vivarium` holds it. */
  readonly home: string;
  readonly journal: SearchJournal;
  /** Answers of earlier sessions, in order. */
  readonly before: readonly AnswerEntry[];
  /** The campaigns that it makes. */
  readonly campaigns: CampaignStore;
  /** Milliseconds since it began, times between its sessions left out. */
  readonly sinceStart: () => number;
  readonly lock: CampaignLock;
  close(): Promise<void>;
}

/** What a new search is. */
export type NewSearch = Pick<SearchHeader, "kind" | "request" | "command"> & { readonly repro: string };

/** Begins a search under `home`: its folder, its lock, its journal with a header, on disk. */
export async function beginSearch(
  home: string,
  search: NewSearch,
  clock: Clock = systemClock,
): Promise<OpenSearch> {
  const store = new CampaignStore(join(home, SEARCHES_FOLDER));
  const startedAt = clock.date();
  const { kind, request, command, repro } = search;
  const id = await store.make(`${kind}-${repro}`, startedAt);
  const folder = store.path(id);
  const header: SearchHeader = {
    t: "header",
    schema: SEARCH_JOURNAL,
    id,
    kind,
    startedAt: startedAt.toISOString(),
    request,
    command,
  };
  let lock: CampaignLock | null = null;
  try {
    lock = await CampaignLock.take(folder, clock);
    const journal = await SearchJournal.begin(join(folder, JOURNAL_FILE), header);
    return opened({ home, folder, header, lock, journal, before: [], elapsedMs: 0, clock });
  } catch (error) {
    await lock?.release();
    await rm(folder, { recursive: true, force: true });
    throw error instanceof Failure ? error : unwritable(folder, error, "start the search again");
  }
}

/** Opens the search in `folder` to go on with it. Throws a Failure("request") where it is of another verb, or in use. */
export async function resumeSearch(
  folder: string,
  home: string,
  kind: string,
  clock: Clock = systemClock,
): Promise<OpenSearch> {
  const lock = await CampaignLock.take(folder, clock);
  try {
    const path = join(folder, JOURNAL_FILE);
    const { header, answers, elapsedMs, length } = await readSearch(path);
    checkKind(header, kind);
    const journal = await SearchJournal.open(path, length);
    await journal.append({ t: "session", at: clock.date().toISOString() });
    return opened({ home, folder, header, lock, journal, before: answers, elapsedMs, clock });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface Parts extends Pick<OpenSearch, "home" | "folder" | "header" | "lock" | "journal" | "before"> {
  readonly elapsedMs: number;
  readonly clock: Clock;
}

function opened({ elapsedMs, clock, ...parts }: Parts): OpenSearch {
  const since = clock.now();
  return {
    ...parts,
    campaigns: new CampaignStore(join(parts.folder, "campaigns")),
    sinceStart: () => elapsedMs + clock.now() - since,
    async close() {
      try {
        await parts.journal.close();
      } finally {
        await parts.lock.release();
      }
    },
  };
}
