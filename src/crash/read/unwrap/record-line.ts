/** Fields in which collectors of logs keep what a program wrote, the likelier first. */
const FIELDS = [
  "Output",
  "log",
  "message",
  "MESSAGE",
  "msg",
  "textPayload",
  "line",
  "@message",
  "text",
  "short_message",
  "full_message",
  "_raw",
  "event",
  "body",
  "content",
  "data",
];
/** Where loggers put a stack beside the message. */
const STACKS = [
  "error",
  "err",
  "errorVerbose",
  "exception",
  "stacktrace",
  "stack_trace",
  "stack",
  "trace",
  "backtrace",
  "stderr",
  "stdout",
  "output",
];
const MAX_RECORD = 256 * 1024;

/**
 * What a line of JSON, logfmt or an escaped string says: the program's own lines; null for any other line. A final newline is the
 * record's, and opens no empty line.
 */
export function recordText(line: string): string[] | null {
  if (line.length > MAX_RECORD) return null;
  const text =
    mongoText(line) ??
    csvText(line) ??
    fluentText(line) ??
    jsonText(line) ??
    prettyField(line) ??
    listItem(line) ??
    logfmtText(line) ??
    saidText(line) ??
    escapedText(line);
  return text === null ? null : text.replace(/\r?\n$/, "").split(/\r?\n/);
}

function jsonText(line: string): string | null {
  const trimmed = line.trim();
  const isList = trimmed.startsWith('["') && trimmed.endsWith('"]');
  const isRecord = trimmed.startsWith("{") && trimmed.endsWith("}") && trimmed.includes('"');
  if (!isList && !isRecord) return null;
  try {
    const value: unknown = JSON.parse(trimmed);
    return Array.isArray(value) ? listText(value) : fieldsOf(value as Record<string, unknown>, 0);
  } catch {
    return null;
  }
}

/** A list of lines: `["panic: boom","","goroutine 1 [running]:"]`. */
function listText(list: readonly unknown[]): string | null {
  return list.length > 2 && list.every((one) => typeof one === "string") ? list.join("\n") : null;
}

/** MongoDB's records: what a fatal one says is in its attributes, and each frame of its stack is a record. */
function mongoText(line: string): string | null {
  if (!line.startsWith('{"t":{"$date"') || !/"attr":\{(?:"message"|"frame")/.test(line)) return null;
  const message = /"attr":\{"message":("(?:[^"\\]|\\.){0,4000}")/.exec(line)?.[1];
  if (message !== undefined) return unquoted(message);
  const [, address, base, symbol, offset] =
    /"frame":\{"a":"([0-9A-F]{1,16})","b":"([0-9A-F]{1,16})"(?:,"o":"[0-9A-F]{1,16}")?(?:,"s":"([^"\\]{1,1000})"(?:,"C":"[^"]{0,1000}")?(?:,"s\+":"([0-9A-F]{1,16})")?)?/.exec(
      line,
    ) ?? [];
  if (address === undefined || base === undefined) return null;
  const name = symbol === undefined ? "" : `${symbol}+0x${(offset ?? "0").toLowerCase()}`;
  return `mongo(${name}) [0x${address.toLowerCase()}]`;
}

const CSV = /^"[^"]{0,60}\d\d:\d\d[^"]{0,40}"(?:,"[^"]{0,200}"){0,6},"((?:[^"]|""){0,16000})"$/;

/** Rows that were exported from a search in logs, whose last field is the line: `"May 11, 2024 @ 08:21:40.102","api","panic: …"`. */
function csvText(line: string): string | null {
  return line.startsWith('"') ? (CSV.exec(line)?.[1]?.replaceAll('""', '"') ?? null) : null;
}

/** Fluent Bit's records on its standard output: `[0] kube.app: [[1707127872.1, {}], {"log"=>"panic: …"}]`. */
function fluentText(line: string): string | null {
  if (!line.includes('"=>"')) return null;
  const literal =
    /^\[\d{1,9}\] \S{1,200}: \[.{0,300}?\{.{0,2000}?"(?:log|message|MESSAGE|msg)"=>("(?:[^"\\]|\\.){0,16000}")/.exec(
      line,
    )?.[1];
  return literal === undefined ? null : unquoted(literal);
}

/** The text of a record, and under it the stack that stands beside. Some wrap the record once more. */
function fieldsOf(record: Record<string, unknown>, depth: number): string | null {
  const texts: string[] = [];
  for (const name of [...FIELDS, ...STACKS]) {
    const value = Object.hasOwn(record, name) ? record[name] : undefined;
    const text = textOf(value, depth);
    if (text === null) continue;
    // One field is the record's text, others of the list repeat it.
    if (STACKS.includes(name) || texts.length === 0) texts.push(text);
  }
  return texts.length === 0 ? null : texts.join("\n");
}

function textOf(value: unknown, depth: number): string | null {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((item) => typeof item === "number" && item >= 0 && item < 256))
    // journalctl -o json writes what is no UTF-8 as numbers.
    return value.length === 0 ? null : Buffer.from(value as number[]).toString("utf8");
  if (typeof value !== "object" || value === null || Array.isArray(value) || depth >= 3) return null;
  return fieldsOf(value as Record<string, unknown>, depth + 1);
}

const PRETTY =
  /^\s*"(?:message|log|textPayload|Output|MESSAGE|@message|msg)"\s*:\s*("(?:[^"\\]|\\.)*"),?\s*$/;

/** A line of JSON that was broken into lines: `"message": "panic: …\n",`. */
function prettyField(line: string): string | null {
  const text = line.includes('": ') || line.includes('":"') ? PRETTY.exec(line)?.[1] : undefined;
  return text === undefined ? null : unquoted(text);
}

const ITEM = /^\s*(?:- )?("(?:[^"\\]|\\.)*"),?\s*$/;
/** Sources list signals' names and formats: what they hold is no line of a log. */
const OF_SOURCE = /%[sdifpuxl]|^[\w ]{0,40}$|^[A-Z][a-z]+(?: [a-z]+){0,2}(?: \(core dumped\))?$/;

/** A line of a list of lines, in JSON or YAML, as Ansible's `stderr_lines`: `    "panic: boom",`. */
function listItem(line: string): string | null {
  const literal = line.includes('"') ? ITEM.exec(line)?.[1] : undefined;
  const text = literal === undefined ? null : unquoted(literal);
  return text === "" || (text !== null && !OF_SOURCE.test(text)) ? text : null;
}

const LOGFMT = /(?:^|\s)(?:level|time|ts|t|lvl)=\S/;
const MESSAGE =
  /(?:^|\s)(?:msg|message|err|error|stderr|stdout|output|stack|stack_?trace|panic|exception)=("(?:[^"\\]|\\.)*")/g;
const MAX_FIELDS = 4;

function logfmtText(line: string): string | null {
  if (!line.includes('="') || !LOGFMT.test(line)) return null;
  const texts: string[] = [];
  for (const [, literal = ""] of line.matchAll(MESSAGE)) {
    const text = unquoted(literal);
    if (text !== null && texts.length < MAX_FIELDS) texts.push(text);
  }
  return texts.length === 0 ? null : texts.join("\n");
}

/** A string literal as text; null where it is none. */
function unquoted(literal: string): string | null {
  try {
    const text: unknown = JSON.parse(literal);
    return typeof text === "string" ? text : null;
  } catch {
    return literal
      .slice(1, -1)
      .replace(/\\n/g, "\n")
      .replace(/\\t/g, "\t")
      .replace(/\\(["\\])/g, "$1");
  }
}

/** What php-fpm heard of a worker: `WARNING: [pool www] child 12 said into stderr: "…"`. */
function saidText(line: string): string | null {
  return line.includes(" said into std")
    ? (/ child \d{1,10} said into std(?:err|out): "(.*?)(?:"(?:, pipe is closed)?)?$/.exec(line)?.[1] ?? null)
    : null;
}

/** Where a line holds the escaped lines of a report: a goroutine, a stack's first frames, a signal's line. */
const ESCAPED =
  /\\n(?:\\t|goroutine \d|\[signal |(?: |\\t){0,8}#\d|==\d|\\n|Program |Thread |Current thread |Traceback|Aborted|Segmentation| {2}what)/;

/** A whole report in one line, as programs that quote what they ran write it: `"panic: …\n\ngoroutine 1 [running]:\n…"`. */
function escapedText(line: string): string | null {
  if (!line.includes("\\n") || !ESCAPED.test(line)) return null;
  return line.replace(/\\r/g, "").replace(/\\n/g, "\n").replace(/\\t/g, "\t").replace(/\\"/g, '"');
}
