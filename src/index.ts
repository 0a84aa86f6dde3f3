/**
 * vivarium as a library: {@link reproduce} does what `vivarium run` does, and its {@link Result} is what the reports are
 * made from; {@link parseLog} reads logs of crashes that happened elsewhere. docs/reference/library.md shows it in use.
 *
 * @packageDocumentation
 */
export { reproduce } from "./campaign/reproduce.js";
export type { NewCampaign, ReproduceOptions } from "./campaign/reproduce.js";
export type { CampaignSetting } from "./campaign/setting.js";
export type { Reproduction } from "./campaign/carry-out.js";
export type { Subject } from "./request/subject.js";
export { Failure, type FailureKind } from "./failure.js";
export { connect, type ConnectOptions } from "./docker/connection/connect.js";
export { parseLog, type LogRecord } from "./crash/parse-log.js";
export { terminal } from "./report/terminal.js";
export type { TerminalOptions } from "./report/terminal/page.js";
export { sentenceText } from "./report/sentence.js";
export { formats, FORMAT_NAMES, type Format, type FormatName } from "./report/formats.js";
export { Result } from "./result/result.js";
export type {
  BuildPlan,
  Cell,
  Condition,
  Counted,
  Environment,
  GoPin,
  LibcPin,
  Plan,
  RunPlan,
  StopRule,
} from "./plan/plan.js";
export type { BuildOverrides, CampaignRequest, RunOverrides, StopRequest } from "./plan/request.js";
export type { Manifest } from "./manifest/repro.js";
export type { Engine, EngineFacts } from "./docker/engine.js";
export type { ProgressEvent } from "./progress/event.js";
