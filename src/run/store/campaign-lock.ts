import { randomBytes } from "node:crypto";
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { provablyDead, thisOwner, type Owner } from "../../docker/owner.js";
import { badRequest, infrastructure } from "../../failure.js";
import { systemClock, type Clock } from "../clock.js";
import { unwritable } from "../journal/writer.js";

const PREFIX = "lock-";
const BEAT_MS = 10_000;
/** A lock of an owner that cannot be looked up (another host, or this one before it was restarted) is dead after this. */
const SILENT_MS = 60_000;

/**
 * Lets one process at a time write to a campaign's folder. Every holder has a file of its own there, `lock-*`: it writes
 * it, then looks for those of others. So of two that come at once at least one sees the other; both may then give way, but
 * never do both go on. A dead owner's lock is taken over.
 */
export class CampaignLock {
  private readonly stopBeat: () => void;
  private taken = false;

  private constructor(
    private readonly file: string,
    clock: Clock,
  ) {
    this.stopBeat = clock.every(BEAT_MS, () => void this.beat());
  }

  /** Throws Failure("request") where another process holds it. */
  static async take(folder: string, clock: Clock = systemClock): Promise<CampaignLock> {
    const name = `${PREFIX}${process.pid}-${randomBytes(4).toString("hex")}`;
    const file = join(folder, name);
    const draft = join(folder, `.${name}`);
    try {
      await writeFile(draft, JSON.stringify(thisOwner()));
      await rename(draft, file);
    } catch (error) {
      await rm(draft, { force: true });
      if ((error as NodeJS.ErrnoException).code === "ENOENT")
        throw badRequest(`${folder}: is not there`, null, error);
      throw unwritable(file, error);
    }
    try {
      const now = (await stat(file)).mtimeMs;
      for (const other of await readdir(folder)) {
        if (other.startsWith(PREFIX) && other !== name) await giveWayOrRemove(join(folder, other), now);
      }
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    return new CampaignLock(file, clock);
  }

  /** Throws where another process took the campaign over, because this one was silent (suspended) for too long. */
  check(): void {
    if (!this.taken) return;
    throw infrastructure(
      `${this.file}: is gone: another process took this campaign over`,
      "Let that process go on; this one was stopped for more than a minute.",
    );
  }

  async release(): Promise<void> {
    this.stopBeat();
    await rm(this.file, { force: true });
  }

  private async beat(): Promise<void> {
    try {
      const now = new Date();
      await utimes(this.file, now, now);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") this.taken = true;
    }
  }
}

async function giveWayOrRemove(file: string, nowMs: number): Promise<void> {
  let owner: Owner;
  let beatMs: number;
  try {
    owner = JSON.parse(await readFile(file, "utf8")) as Owner;
    beatMs = (await stat(file)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw badRequest(
      `${file}: cannot be read`,
      "If no vivarium process uses this campaign, delete that file.",
      error,
    );
  }
  const here = owner.host === thisOwner().host;
  if (provablyDead(owner) || (!here && nowMs - beatMs > SILENT_MS)) return rm(file, { force: true });
  throw badRequest(
    `this campaign is in use by process ${owner.pid}${here ? "" : ` of another host (${owner.host})`}`,
    `Wait for it, or end it. If there is no such process, delete ${file}.`,
  );
}
