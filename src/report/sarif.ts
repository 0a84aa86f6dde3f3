import type { Log, Result as SarifResult, Stack } from "sarif";
import type { Evidence } from "../crash/evidence.js";
import { clipLine } from "../text/clip.js";
import { crashedThread } from "./evidence/native.js";
import { counted, percent } from "../text/numbers.js";
import type { Result } from "../result/result.js";
import { sameCrashes, type SameCrash } from "../result/same-crash.js";
import { sentenceText } from "./sentence.js";

interface Place {
  readonly file: string | null;
  readonly line: number | null;
  readonly function: string | null;
}

/** A path as a URI reference: relative ones stay relative. */
function uri(path: string): string {
  const encoded = clipLine(path, 500).split("/").map(encodeURIComponent).join("/");
  return path.startsWith("/") ? `file://${encoded}` : encoded;
}

function location({ file, line, function: name }: Place) {
  return {
    ...(file === null
      ? {}
      : {
          physicalLocation: {
            artifactLocation: { uri: uri(file) },
            ...(line !== null && line > 0 ? { region: { startLine: line } } : {}),
          },
        }),
    ...(name === null
      ? {}
      : { logicalLocations: [{ fullyQualifiedName: clipLine(name, 500), kind: "function" }] }),
  };
}

function stack(text: string, frames: readonly Place[]): Stack[] {
  return frames.length === 0
    ? []
    : [{ message: { text }, frames: frames.slice(0, 50).map((frame) => ({ location: location(frame) })) }];
}

function stacks(evidence: Evidence): Stack[] {
  const { go } = evidence;
  const goroutine = go?.goroutines[go.crashed ?? 0];
  return [
    ...stack("the crashing thread, in gdb", crashedThread(evidence)?.frames ?? []),
    ...stack("the crashing goroutine", goroutine?.frames ?? []),
  ];
}

/** The innermost frame whose file is known: native ones first, as they are nearer to the fault. */
function primary(evidence: Evidence): Place | undefined {
  const go = evidence.go?.goroutines[evidence.go.crashed ?? 0]?.frames ?? [];
  const native = crashedThread(evidence)?.frames ?? [];
  return [...native, ...go].find(({ file }) => file !== null) ?? native[0] ?? go[0];
}

function sarifResult(crash: SameCrash, ruleIndex: number): SarifResult {
  const { best } = crash;
  const place = primary(best.evidence);
  const where = crash.seen.map(
    ({ environment, signature }) =>
      `${environment.id}: ${signature.count} of ${counted(environment.attempts, "attempt")} (${percent(signature.count / Math.max(1, environment.attempts))})`,
  );
  return {
    ruleId: crash.id,
    ruleIndex,
    level: best.outcome === "crash" ? "error" : "warning",
    kind: "fail",
    message: {
      text: [clipLine(best.title), best.evidence.explanation?.text, ...where]
        .map((line) => clipLine(line ?? "", 1000))
        .filter((line) => line !== "")
        .join("\n"),
    },
    occurrenceCount: Math.max(1, crash.count),
    partialFingerprints: { "vivariumSignature/v1": crash.id },
    ...(place === undefined ? {} : { locations: [location(place)] }),
    ...(stacks(best.evidence).length === 0 ? {} : { stacks: stacks(best.evidence) }),
  };
}

/** Builds that failed, as failures of the engine are told. */
function notBuilt({ environments }: Result): { where: string; message: string }[] {
  return environments.flatMap(({ id, notBuilt: fault }) =>
    fault === undefined ? [] : [{ where: id, message: `could not be built: ${fault.why}` }],
  );
}

/** SARIF 2.1.0: a rule and a result per signature, failures of infrastructure as notifications of the tool. */
export function sarif(result: Result): string {
  const crashes = sameCrashes(result);
  const log: Log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "vivarium",
            version: clipLine(result.vivarium, 100),
            rules: crashes.map(({ id, best }) => ({
              id,
              name: clipLine(best.signal ?? best.outcome, 100),
              shortDescription: { text: clipLine(best.title) },
              defaultConfiguration: { level: best.outcome === "crash" ? "error" : "warning" },
            })),
          },
        },
        automationDetails: { id: `${clipLine(result.plan.repro.name, 200)}/${clipLine(result.id, 200)}` },
        invocations: [
          {
            commandLine: clipLine(result.plan.command, 2000),
            executionSuccessful: result.complete,
            startTimeUtc: result.startedAt,
            endTimeUtc: result.finishedAt,
            toolExecutionNotifications: [...notBuilt(result), ...result.infra].map(({ where, message }) => ({
              level: "warning" as const,
              message: { text: clipLine(`${where}: ${message}`, 1000) },
            })),
          },
        ],
        results: crashes.map(sarifResult),
        properties: { sentence: clipLine(sentenceText(result), 2000) },
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
