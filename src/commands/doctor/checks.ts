import { archive } from "./archive.js";
import type { Check } from "./check.js";
import { clock } from "./clock.js";
import { corePattern } from "./core-pattern.js";
import { disk } from "./disk.js";
import { limits } from "./limits.js";
import { platform } from "./platform.js";
import { registry } from "./registry.js";
import { trace } from "./trace.js";
import { version } from "./version.js";

/** Every check that needs an engine, in the order in which they are told. */
export const checks: readonly Check[] = [
  version,
  disk,
  limits,
  trace,
  clock,
  corePattern,
  platform,
  registry,
  archive,
];
