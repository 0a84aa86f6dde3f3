import type { Command } from "./command.js";

/**
 * Every verb, in the order of --help: a crash, what is asked about it, what goes to others, the machine. Each is loaded when it is asked for: what all of them need takes as long as a run.
 */
const LOAD = {
  run: async () => (await import("../commands/run.js")).run,
  list: async () => (await import("../commands/list.js")).list,
  show: async () => (await import("../commands/show.js")).show,
  new: async () => (await import("../commands/new.js")).create,
  debug: async () => (await import("../commands/debug.js")).debug,
  parse: async () => (await import("../commands/parse.js")).parse,
  bisect: async () => (await import("../commands/bisect.js")).bisect,
  fix: async () => (await import("../commands/fix.js")).fix,
  ablate: async () => (await import("../commands/ablate.js")).ablate,
  reduce: async () => (await import("../commands/reduce.js")).reduce,
  report: async () => (await import("../commands/report.js")).report,
  bundle: async () => (await import("../commands/bundle.js")).bundle,
  verify: async () => (await import("../commands/verify.js")).verify,
  attach: async () => (await import("../commands/attach.js")).attach,
  plan: async () => (await import("../commands/plan.js")).plan,
  build: async () => (await import("../commands/build.js")).build,
  doctor: async () => (await import("../commands/doctor.js")).doctor,
  clean: async () => (await import("../commands/clean.js")).clean,
  completion: async () => (await import("../commands/completion.js")).completion,
} satisfies Record<string, () => Promise<Command>>;

/** Their names, as typed. */
export const VERBS = Object.keys(LOAD) as readonly (keyof typeof LOAD)[];

/** The verb of that name; for any other word, and for none, all of them. */
export function loadVerbs(name?: string): Promise<readonly Command[]> {
  const wanted = VERBS.filter((verb) => verb === name);
  return Promise.all((wanted.length > 0 ? wanted : VERBS).map((verb) => LOAD[verb]()));
}
