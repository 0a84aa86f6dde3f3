import { open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { badRequest, Failure, infrastructure } from "../../failure.js";
import type { Binary } from "../../images/binary.js";
import type { Plan } from "../../plan/plan.js";
import { CampaignLock } from "./campaign-lock.js";
import { campaignOutcome, type CampaignOutcome } from "../state/campaign-outcome.js";
import { CampaignState } from "../state/campaign-state.js";
import { systemClock, type Clock } from "../clock.js";
import { JOURNAL_SCHEMA, type HeaderEntry, type JournalEntry } from "../journal/entry.js";
import { checksummed } from "../journal/line.js";
import { damaged, readJournal, type JournalEnd } from "../journal/reader.js";
import { JournalWriter, unwritable } from "../journal/writer.js";
import { changes } from "../journal/resume.js";
import type { CampaignStore } from "./store.js";

export const JOURNAL_FILE = "journal.jsonl";

/** A campaign that this process may write to. Close it. */
export interface OpenCampaign {
  readonly header: HeaderEntry;
  readonly state: CampaignState;
  readonly journal: JournalWriter;
  readonly lock: CampaignLock;
  readonly folder: string;
  /** Bytes that a killed process left half written, cut off when it was opened. */
  readonly torn: number;
  readonly clock: Clock;
  /** Milliseconds since the campaign began, times between its sessions left out: what its attempts are timed by. */
  readonly sinceStart: () => number;
  /** Ends writing and frees the folder. */
  close(): Promise<void>;
}

/** Begins a campaign: its folder, its lock, and a journal with its header, on disk. `binaries` by cell id. */
export async function beginCampaign(
  store: CampaignStore,
  plan: Plan,
  binaries: ReadonlyMap<string, Binary>,
  clock: Clock = systemClock,
): Promise<OpenCampaign> {
  const startedAt = clock.date();
  const id = await store.make(plan.repro.name, startedAt);
  const folder = store.path(id);
  const header: HeaderEntry = {
    t: "header",
    schema: JOURNAL_SCHEMA,
    id,
    startedAt: startedAt.toISOString(),
    plan,
    binaries: Object.fromEntries(binaries),
  };
  let lock: CampaignLock | null = null;
  try {
    lock = await CampaignLock.take(folder, clock);
    const line = Buffer.from(checksummed(JSON.stringify(header)), "utf8");
    await writeWhole(join(folder, JOURNAL_FILE), line);
    return await opened(
      folder,
      header,
      new CampaignState(plan),
      lock,
      { length: line.length, torn: 0 },
      clock,
    );
  } catch (error) {
    await lock?.release();
    await rm(folder, { recursive: true, force: true });
    throw error instanceof Failure ? error : unwritable(folder, error, "start the campaign again");
  }
}

/**
 * Opens a campaign to go on with it. Throws Failure("request") where another process runs it, or where its plan or a
 * binary is no longer what it was: then its attempts and new ones would not be of one thing.
 */
export async function resumeCampaign(
  store: CampaignStore,
  id: string,
  plan: Plan,
  binaries: ReadonlyMap<string, Binary>,
  clock: Clock = systemClock,
): Promise<OpenCampaign> {
  const folder = store.path(id);
  const lock = await CampaignLock.take(folder, clock);
  try {
    const { header, state, end } = await replay(folder);
    const changed = changes(header, plan, binaries);
    if (changed.length > 0) {
      throw badRequest(
        `campaign ${id} cannot go on: ${changed.join("; ")}`,
        "Put back what it was, or start a new campaign: attempts of two different programs cannot be counted together.",
      );
    }
    const campaign = await opened(folder, header, state, lock, end, clock);
    campaign.journal.append({ t: "session", at: clock.date().toISOString() });
    return campaign;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** What a campaign's folder says of it, and what it came to so far. It may be running. */
export interface CampaignRecord {
  readonly header: HeaderEntry;
  readonly outcome: CampaignOutcome;
  /** Bytes at the journal's end that were being written when it was read, or when its process was killed. */
  readonly torn: number;
}

/** Reads a campaign without touching it. */
export async function readCampaign(folder: string): Promise<CampaignRecord> {
  const { header, state, end } = await replay(folder);
  const outcome = shaped(join(folder, JOURNAL_FILE), 1, () => campaignOutcome(header, state));
  return { header, outcome, torn: end.torn };
}

/** What a campaign is, from the first line of its journal: its plan and binaries, for `run --resume`. */
export async function readHeader(folder: string): Promise<HeaderEntry> {
  const path = join(folder, JOURNAL_FILE);
  for await (const { value } of readJournal(path)) return headerOf(path, value);
  throw headless(path);
}

async function replay(
  folder: string,
): Promise<{ readonly header: HeaderEntry; readonly state: CampaignState; readonly end: JournalEnd }> {
  const path = join(folder, JOURNAL_FILE);
  let header: HeaderEntry | null = null;
  let state: CampaignState | null = null;
  let end: JournalEnd = { length: 0, torn: 0 };
  for await (const { value, line, ...rest } of readJournal(path)) {
    end = rest;
    if (value === undefined) continue;
    if (header === null || state === null) {
      const first = (header = headerOf(path, value));
      state = shaped(path, line, () => new CampaignState(first.plan));
      continue;
    }
    const current = state;
    shaped(path, line, () => current.apply(value as JournalEntry));
  }
  if (header === null || state === null) throw headless(path);
  return { header, state, end };
}

/** Reads an entry whose checksum is right, so that somebody wrote it so, but perhaps not vivarium. */
function shaped<T>(path: string, line: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw damaged(path, line, error.message, error);
    if (error instanceof TypeError) throw damaged(path, line, "an entry of another shape", error);
    throw error;
  }
}

function headless(path: string): Failure {
  return infrastructure(`${path}: has no header`, "Nothing of this campaign is left: delete its folder.");
}

function headerOf(path: string, value: unknown): HeaderEntry {
  if (value === undefined) throw headless(path);
  const header = value as Partial<HeaderEntry>;
  if (header.schema !== JOURNAL_SCHEMA) {
    throw infrastructure(
      `${path}: its schema is ${JSON.stringify(header.schema)?.slice(0, 80)}, and this vivarium reads "${JOURNAL_SCHEMA}"`,
      "Use the version of vivarium that wrote it.",
    );
  }
  return header as HeaderEntry;
}

async function opened(
  folder: string,
  header: HeaderEntry,
  state: CampaignState,
  lock: CampaignLock,
  { length, torn }: JournalEnd,
  clock: Clock,
): Promise<OpenCampaign> {
  const journal = await JournalWriter.open(join(folder, JOURNAL_FILE), length);
  const close = async (): Promise<void> => {
    try {
      await journal.close();
    } finally {
      await lock.release();
    }
  };
  const before = state.elapsedMs;
  const openedAt = clock.now();
  const sinceStart = (): number => before + clock.now() - openedAt;
  return { header, state, journal, lock, folder, torn, clock, sinceStart, close };
}

/** Writes a file that is there whole, or not at all, whenever the machine stops. */
async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const draft = `${path}.draft`;
  await writeFile(draft, bytes, { flush: true });
  await rename(draft, path);
  const folder = await open(join(path, ".."), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
