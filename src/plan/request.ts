import * as z from "zod";
import { ScheduleRequest } from "./schedule.js";

const Strings = z.array(z.string());

export const BuildOverrides = z.strictObject({
  link: z.enum(["static", "dynamic"]).optional(),
  cc: z.enum(["gcc", "clang"]).optional(),
  cflags: Strings.optional(),
  ldflags: Strings.optional(),
  goflags: Strings.optional(),
  cgo: z.boolean().optional(),
  sanitize: z.array(z.enum(["address", "undefined", "thread"])).optional(),
  /** A shell command line in place of the manifest's `build`. */
  command: z.string().optional(),
  test: z.boolean().optional(),
  target: z.string().optional(),
  /** `[ENVIRONMENT:]NAME`, added to the manifest's. */
  packages: Strings.optional(),
});
export type BuildOverrides = z.infer<typeof BuildOverrides>;

export const RunOverrides = z.strictObject({
  args: Strings.optional(),
  env: z.record(z.string(), z.string()).optional(),
  /** Path in the container -> path in the repro. */
  files: z.record(z.string(), z.string()).optional(),
  user: z.string().optional(),
  timeout: z.string().optional(),
  stack: z.string().optional(),
  memory: z.string().optional(),
  stdin: z.string().optional(),
  tty: z.boolean().optional(),
  directory: z.string().optional(),
  /** `files`, `processes`, `stack`, `memory`, `tmp` -> what a manifest's limits would hold. */
  limits: z.record(z.string(), z.string()).optional(),
  network: z.enum(["none", "bridge"]).optional(),
  capabilities: Strings.optional(),
  /** Added to the manifest's. */
  locales: Strings.optional(),
  /** `TERM@200ms`, in place of the manifest's. */
  signals: Strings.optional(),
  /** Names of the container's /etc/hosts -> addresses, added to the manifest's. */
  hosts: z.record(z.string(), z.string()).optional(),
});
export type RunOverrides = z.infer<typeof RunOverrides>;

export const StopRequest = z.strictObject({
  runs: z.number().optional(),
  untilCrashes: z.number().optional(),
  /** Most attempts of a cell under `untilCrashes` and `untilDecided`. */
  cap: z.number().optional(),
  for: z.string().optional(),
  untilDecided: z.boolean().optional(),
  /** Attempts that a cell has before `untilDecided` ends it: two can tell a difference, and bound no rate. Default 1. */
  least: z.int().positive().optional(),
  /** The rate that `untilDecided` tells apart from; without one, cells are told from the baseline. */
  rate: z.number().optional(),
});
export type StopRequest = z.infer<typeof StopRequest>;

/**
 * What a user asked for, from flags, configuration and environment, before any default is filled in. It has a schema, since
 * a bundle carries it to strangers.
 */
export const CampaignRequest = z.strictObject({
  /** Environment names or patterns, `!` excludes; empty: the manifest's. */
  environments: Strings.optional(),
  /** `NAME=PATH`: sources that environments named `NAME@REF` are built from. */
  sources: Strings.optional(),
  /** Unified diffs over the repro's own sources: every variant is run without and with them. */
  patches: Strings.optional(),
  /** Image or environment of the catalogue that sources are built on, in place of their recipe's choice. */
  buildOn: z.string().optional(),
  variant: z.string().optional(),
  /** Axes beside the environments. */
  across: z.array(z.enum(["variants", "link"])).optional(),
  /** Environments to run each binary in, other than where it was built. */
  runOn: Strings.optional(),
  /** Names of conditions, or `all`. */
  perturb: Strings.optional(),
  build: BuildOverrides.optional(),
  run: RunOverrides.optional(),
  /** `[ENVIRONMENT:]key=value,…`: replaces the manifest's expectations. */
  expect: Strings.optional(),
  stop: StopRequest.optional(),
  parallel: z.number().optional(),
  /** Where attempts are made: on the nodes of the engine's swarm; default: on the engine. */
  cluster: z.literal("swarm").optional(),
  seed: z.number().optional(),
  /** Absent: no scheduler but the kernel's. */
  schedule: ScheduleRequest.optional(),
  baseline: z.string().optional(),
  allPairs: z.boolean().optional(),
  /** Native captures of attempts that ended alike; 0 turns gdb off. */
  captures: z.number().optional(),
});
export type CampaignRequest = z.infer<typeof CampaignRequest>;
