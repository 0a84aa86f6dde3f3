import { badRequest } from "../../failure.js";

/** One hunk of a unified diff, and the file's header that it needs. */
export interface Hunk {
  /** The changed file, as the diff names it. */
  readonly file: string;
  readonly header: string;
  readonly text: string;
}

const MOST = 2000;

/** The hunks of a unified diff in their order. Throws a Failure("request") where it has none. `name` is for messages. */
export function hunksOf(diff: string, name: string): Hunk[] {
  const hunks: Hunk[] = [];
  let header: string[] = [];
  let body: string[] | null = null;
  let left = { old: 0, new: 0 };
  const end = (): void => {
    if (body !== null) hunks.push({ file: fileOf(header), header: header.join("\n"), text: body.join("\n") });
    body = null;
  };
  for (const line of diff.replace(/\r\n/g, "\n").split("\n")) {
    if (body !== null && (left.old > 0 || left.new > 0 || line.startsWith("\\"))) {
      (body as string[]).push(line);
      left = {
        old: left.old - (/^[ -]|^$/.test(line) ? 1 : 0),
        new: left.new - (/^[ +]|^$/.test(line) ? 1 : 0),
      };
      continue;
    }
    const start = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (start !== null) {
      end();
      body = [line];
      left = { old: Number(start[1] ?? 1), new: Number(start[2] ?? 1) };
    } else if (line.startsWith("--- ")) {
      end();
      header = [line];
    } else if (line.startsWith("+++ ")) header.push(line);
    else end();
  }
  end();
  if (hunks.length === 0) throw badRequest(`${name}: no unified diff`, "make one with diff -u or git diff");
  if (hunks.length > MOST)
    throw badRequest(`${name}: ${hunks.length} hunks, more than ${MOST}`, "divide the diff");
  return hunks;
}

/** A diff of the first hunks only. */
export function diffOf(hunks: readonly Hunk[]): string {
  let header = "";
  const lines: string[] = [];
  for (const hunk of hunks) {
    if (hunk.header !== header) lines.push(hunk.header);
    header = hunk.header;
    lines.push(hunk.text);
  }
  return `${lines.join("\n")}\n`;
}

function fileOf(header: readonly string[]): string {
  const named =
    (header.find((line) => line.startsWith("+++ ")) ?? header[0] ?? "").slice(4).split("\t")[0] ?? "";
  return named.replace(/^[ab]\//, "");
}
