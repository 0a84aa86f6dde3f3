import { open, rename, writeFile, type FileHandle } from "node:fs/promises";
import { badRequest, infrastructure } from "../failure.js";
import { checksummed } from "../run/journal/line.js";
import { damaged, readJournal } from "../run/journal/reader.js";
import { unwritable } from "../run/journal/writer.js";

export const SEARCH_JOURNAL = "vivarium/search-journal/1";

/** The first line: what the search is. */
export interface SearchHeader {
  readonly t: "header";
  readonly schema: typeof SEARCH_JOURNAL;
  readonly id: string;
  /** The verb: `bisect`, `ablate`. */
  readonly kind: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** What was asked for, in the verb's own words; JSON. With it the search goes on as it began. */
  readonly request: unknown;
  /** The words after `vivarium` that repeat it. */
  readonly command: readonly string[];
}

/** One question and what came of it, in the order in which the strategy took them. */
export interface AnswerEntry {
  readonly t: "answer";
  readonly ask: unknown;
  readonly answer: unknown;
  /** Milliseconds since the search began, times between its sessions left out. */
  readonly atMs: number;
}

type Entry =
  | SearchHeader
  | AnswerEntry
  | { readonly t: "session"; readonly at: string }
  | { readonly t: "end"; readonly at: string; readonly atMs: number; readonly complete: boolean };

/** What a journal says, and how much of it is valid. */
export interface SearchRecord {
  readonly header: SearchHeader;
  readonly answers: readonly AnswerEntry[];
  readonly elapsedMs: number;
  /** Bytes of valid lines; what follows was torn off. */
  readonly length: number;
}

const AGAIN = "go on with --resume and this search's id: all answers up to now are kept";

/** Appends to a search's journal. What was appended is on disk when the promise resolves. */
export class SearchJournal {
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private length: number,
  ) {}

  /** Begins a journal: it is there with its header, or not at all. */
  static async begin(path: string, header: SearchHeader): Promise<SearchJournal> {
    const line = checksummed(JSON.stringify(header));
    const draft = `${path}.draft`;
    await writeFile(draft, line, { flush: true } as never);
    await rename(draft, path);
    return SearchJournal.open(path, Buffer.byteLength(line));
  }

  /** Opens a journal to go on with it, and cuts off what follows its valid lines. */
  static async open(path: string, length: number): Promise<SearchJournal> {
    const file = await open(path, "r+");
    await file.truncate(length);
    return new SearchJournal(path, file, length);
  }

  append(entry: Entry): Promise<void> {
    const line = Buffer.from(checksummed(JSON.stringify(entry)));
    this.writing = this.writing.then(() => this.write(line));
    return this.writing;
  }

  async close(): Promise<void> {
    await this.writing.catch(() => undefined);
    await this.file.close();
  }

  private async write(line: Buffer): Promise<void> {
    try {
      for (let done = 0; done < line.length;) {
        const { bytesWritten } = await this.file.write(line, done, line.length - done, this.length + done);
        done += bytesWritten;
      }
      await this.file.datasync();
      this.length += line.length;
    } catch (error) {
      await this.file.truncate(this.length).catch(() => undefined);
      throw unwritable(this.path, error, AGAIN);
    }
  }
}

/** Reads a search's journal. Throws a Failure where it is none, or damaged before its end. */
export async function readSearch(path: string): Promise<SearchRecord> {
  let header: SearchHeader | null = null;
  const answers: AnswerEntry[] = [];
  let elapsedMs = 0;
  let length = 0;
  for await (const { value, line, length: valid } of readJournal(path)) {
    length = valid;
    const entry = value as Entry | undefined;
    if (entry === undefined) continue;
    if (header === null) {
      if (entry.t !== "header" || entry.schema !== SEARCH_JOURNAL)
        throw damaged(path, line, "it is no search's");
      header = entry;
    } else if (entry.t === "answer") {
      answers.push(entry);
      elapsedMs = entry.atMs;
    } else if (entry.t === "end") elapsedMs = entry.atMs;
  }
  if (header === null) throw infrastructure(`${path}: holds no whole line`, "start the search again");
  return { header, answers, elapsedMs, length };
}

/** Throws where a search of another verb is to be gone on with. */
export function checkKind({ kind, id }: SearchHeader, wanted: string): void {
  if (kind === wanted) return;
  throw badRequest(`${id} is not a search of '${wanted}'`, `go on with it: vivarium ${kind} --resume ${id}`);
}
