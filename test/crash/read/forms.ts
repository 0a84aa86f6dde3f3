import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseLog, type LogRecord } from "../../../src/crash/parse-log.js";

/** What test/corpus/logs/expected.tsv says of one log. */
export interface Form {
  readonly name: string;
  readonly log: Buffer;
  readonly crashes: number;
  /** Of one of its records; null where the log does not tell it, or where it is no matter. */
  readonly signal: string | null;
  /** A part of a record's title; null where it is no matter. */
  readonly function: string | null;
}

const FOLDER = process.env["LOGS"] ?? fileURLToPath(new URL("../../corpus/logs/", import.meta.url));

/** Every log of the corpus with what is expected of it. A log without a line, and a line without a log, are errors. */
export function forms(): Form[] {
  const rows = readFileSync(`${FOLDER}expected.tsv`, "utf8").split("\n").filter(isRow);
  const read = rows.map((row) => {
    const [name = "", crashes, signal, where] = row.split("\t");
    const log = readFileSync(`${FOLDER}${name}.txt`);
    return { name, log, crashes: Number(crashes), signal: told(signal), function: told(where) };
  });
  const missing = readdirSync(FOLDER)
    .filter((file) => file.endsWith(".txt"))
    .filter((file) => !read.some(({ name }) => file === `${name}.txt`));
  if (missing.length > 0) throw new Error(`expected.tsv says nothing of ${missing.join(", ")}`);
  const names = read.map(({ name }) => name);
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  if (twice.length > 0) throw new Error(`expected.tsv has two lines of ${twice.join(", ")}`);
  return read;
}

function isRow(line: string): boolean {
  return line !== "" && !line.startsWith("#");
}

function told(field: string | undefined): string | null {
  return field === undefined || field === "-" ? null : field;
}

/** What is wrong with the reading of a form, in words; null where all agrees. */
export function wrongIn(form: Form): string | null {
  const { records } = parseLog(form.log);
  if (records.length !== form.crashes)
    return `${records.length} crashes, not ${form.crashes}: ${titles(records)}`;
  if (form.signal !== null && !records.some((record) => signalOf(record) === form.signal))
    return `no ${form.signal}: ${titles(records)}`;
  const { function: where } = form;
  if (where !== null && !records.some(({ signature }) => signature.title.includes(where)))
    return `not in ${where}: ${titles(records)}`;
  return null;
}

function titles(records: readonly LogRecord[]): string {
  return records.map(({ source, signature }) => `${source}: ${signature.title}`).join(" | ");
}

/** The signal that a record tells, by whoever told it. */
export function signalOf({ outcome, evidence }: LogRecord): string | null {
  return outcome.signal ?? evidence.siginfo?.signal ?? evidence.go?.signal?.name ?? null;
}
