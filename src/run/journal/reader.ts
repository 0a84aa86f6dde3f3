import { open } from "node:fs/promises";
import { badRequest, infrastructure, type Failure } from "../../failure.js";
import { checked } from "./line.js";

/** No line that vivarium writes comes near: a batch is cut, an output bounded, a header some 100 KB for each cell. */
const LONGEST_LINE = 64 * 1024 * 1024;
const NEWLINE = 0x0a;

/** How far a journal is valid, as read up to now. */
export interface JournalEnd {
  /** Bytes of whole, valid lines; what follows was torn off and is to be cut. */
  readonly length: number;
  /** Bytes after them. */
  readonly torn: number;
}

/** A line of a journal, its value and number (from 1). An undefined value: an invalid line. */
export interface JournalLine extends JournalEnd {
  readonly value: unknown;
  readonly line: number;
}

/**
 * Reads a journal line by line. Invalid lines at the end, where no valid one follows, are what a killed process or machine
 * leaves: `length` stands before them. Anywhere else they are damage, and a Failure that names the line.
 */
export async function* readJournal(path: string): AsyncGenerator<JournalLine> {
  let length = 0;
  let seen = 0;
  let line = 0;
  let firstBad: number | null = null;
  for await (const { bytes, whole } of lines(path)) {
    line++;
    seen += bytes.length + (whole ? 1 : 0);
    const value = whole ? checked(bytes) : undefined;
    if (value === undefined) firstBad ??= line;
    else if (firstBad !== null) throw damaged(path, firstBad, "its checksum does not match");
    else length = seen;
    yield { value, line, length, torn: seen - length };
  }
}

/** A journal that does not say what vivarium wrote. */
export function damaged(path: string, line: number, why: string, cause?: unknown): Failure {
  return infrastructure(
    `${path}, line ${line}: damaged: ${why}`,
    "Restore the file from a copy, or start a new campaign: what lies beyond cannot be trusted.",
    cause,
  );
}

async function* lines(path: string): AsyncGenerator<{ bytes: Buffer; whole: boolean }> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === "ENOENT"
      ? badRequest(`${path}: is not there: its folder holds no campaign`, null, error)
      : error;
  });
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of file.createReadStream({ highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at; (at = chunk.indexOf(NEWLINE, from)) !== -1; from = at + 1) {
      const rest = chunk.subarray(from, at);
      yield { bytes: parts.length === 0 ? rest : Buffer.concat([...parts, rest]), whole: true };
      parts = [];
      size = 0;
    }
    if (from === chunk.length) continue;
    parts.push(chunk.subarray(from));
    size += chunk.length - from;
    if (size > LONGEST_LINE) throw infrastructure(`${path}: has a line of more than ${LONGEST_LINE} bytes`);
  }
  if (size > 0) yield { bytes: Buffer.concat(parts), whole: false };
}
