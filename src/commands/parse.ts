import { createReadStream } from "node:fs";
import type { Evidence } from "../crash/evidence.js";
import { parseLog, type LogRecord } from "../crash/parse-log.js";
import { plainText } from "../crash/read/unwrap/unwrap.js";
import { READERS } from "../crash/read/readers.js";
import { badRequest } from "../failure.js";
import { goLines } from "../report/evidence/go.js";
import { sanitizerLines } from "../report/evidence/sanitizer.js";
import {
  backtrace,
  crashedThread,
  disassemblyLines,
  registerLines,
  siginfoLine,
} from "../report/evidence/native.js";
import { defineCommand, type CliContext } from "../cli/command.js";
import { engineFlags } from "../cli/flags/engine-flags.js";
import { placeFlags } from "../cli/flags/selection-flags.js";
import type { CoreArgs } from "./parse/core.js";

/** A log larger than this is read from its end: that is where crashes are. */
const MAX_BYTES = 64 * 1024 * 1024;

const FRAMES = 32;

/** What told of a crash, as a person calls it. */
const SOURCES: ReadonlyMap<string, string> = new Map(READERS.map(({ source, title }) => [source, title]));

type ParseArgs = CoreArgs & { log?: string; json?: boolean };

export const parse = defineCommand<ParseArgs>({
  usage: "parse [log]",
  describe: "read a crash log, alone or in a CI log, or a core file, and tell each crash in it once",
  examples: [
    ["parse ci.log", "every crash in the log; exit 1 if there is none"],
    ["parse - --json < ci.log", "the same from standard input, for programs"],
    ["parse --core core.1234 --program ./a.out", "the crash that left a core file"],
    [
      "parse --core core.1234 --program ./a.out --sysroot ./root",
      "the same, with the libraries of the machine that it comes from",
    ],
  ],
  options: (yargs) =>
    engineFlags(placeFlags(yargs))
      .positional("log", { type: "string", describe: "the log, or - for standard input (the default)" })
      .option("json", { type: "boolean", describe: "JSON on stdout" })
      .option("core", {
        type: "string",
        requiresArg: true,
        describe: "a core file (Linux, x86-64 or i386) in place of a log",
      })
      .option("program", {
        type: "string",
        requiresArg: true,
        describe: "the program that left the core",
      })
      .option("sysroot", {
        type: "string",
        requiresArg: true,
        describe: "a folder with the libraries of the machine that the core comes from, each at its path",
      }) as never,
  async act(args, context) {
    const records =
      args.core === undefined
        ? parseLog(plainText(await readLog(args.log, context))).records
        : [await (await import("./parse/core.js")).coreRecord(args, context)];
    if (args.json === true) for (const part of asJson(records)) context.stdout.write(part);
    else if (records.length === 0) context.stderr.write("no crash in this log\n");
    else context.stdout.write(records.map(recordText).join("\n"));
    return records.length === 0 ? 1 : 0;
  },
});

/** `JSON.stringify({ records }, null, 2)`, record by record: of a large log it is as large as the log. */
function* asJson(records: readonly LogRecord[]): Generator<string> {
  yield '{\n  "records": [';
  for (const [i, record] of records.entries())
    yield `${i === 0 ? "" : ","}\n    ${JSON.stringify(record, null, 2).replaceAll("\n", "\n    ")}`;
  yield records.length === 0 ? "]\n}\n" : "\n  ]\n}\n";
}

function recordText({ source, lines, signature, evidence }: LogRecord): string {
  const where =
    source === "core"
      ? "from the core"
      : `lines ${lines.first} to ${lines.last}, from ${SOURCES.get(source) ?? source}`;
  const parts = [
    signature.title,
    `  ${where}; signature ${signature.id}`,
    ...(evidence.explanation === null ? [] : [`  ${evidence.explanation.text}`]),
    ...(evidence.explanation?.facts ?? []).map((fact) => `  ${fact}`),
    ...evidence.incomplete.map((gap) => `  incomplete: ${gap}`),
  ];
  const detail = detailLines(evidence).map((line) => `${line.replace(/^(?=.)/gm, "  ")}\n`);
  return `${parts.join("\n")}\n${detail.length === 0 ? "" : `\n${detail.join("")}`}`;
}

function detailLines(evidence: Evidence): string[] {
  if (evidence.go !== null) return goLines(evidence.go, { frames: FRAMES, others: 8 });
  if (evidence.sanitizer !== null) return sanitizerLines(evidence.sanitizer, FRAMES);
  return nativeLines(evidence);
}

function nativeLines(evidence: Evidence): string[] {
  const thread = crashedThread(evidence);
  return [
    ...(evidence.siginfo === null ? [] : [siginfoLine(evidence.siginfo)]),
    ...(thread === undefined ? [] : backtrace(thread, FRAMES)),
    ...registerLines(evidence.registers),
    ...disassemblyLines(evidence.disassembly, 8),
  ];
}

async function readLog(named: string | undefined, { stdin, signal }: CliContext): Promise<Buffer> {
  // yargs makes an empty word of a lone dash.
  const file = named === undefined || named === "" ? "-" : named;
  const stream = file === "-" ? stdin : createReadStream(file);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      signal.throwIfAborted();
      chunks.push(Buffer.from(chunk as Buffer));
      size += (chunk as Buffer).length;
      while (size - (chunks[0]?.length ?? 0) >= MAX_BYTES) size -= chunks.shift()?.length ?? 0;
    }
  } catch (cause) {
    signal.throwIfAborted();
    throw badRequest(`${file}: cannot be read: ${(cause as Error).message}`, null, cause);
  }
  return Buffer.concat(chunks);
}
