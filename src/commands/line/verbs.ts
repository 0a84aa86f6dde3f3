import type { Command } from "./command.js";

/** Every verb, in the order of --help. Each is loaded when it is asked for: what all of them need takes as long as a run. */
const LOAD = {
  run: async () => (await import("../run.js")).run,
  plan: async () => (await import("../plan.js")).plan,
  build: async () => (await import("../build.js")).build,
  list: async () => (await import("../list.js")).list,
  show: async () => (await import("../show.js")).show,
  new: async () => (await import("../new.js")).create,
  report: async () => (await import("../report.js")).report,
  bundle: async () => (await import("../bundle.js")).bundle,
  verify: async () => (await import("../verify.js")).verify,
  attach: async () => (await import("../attach.js")).attach,
  parse: async () => (await import("../parse.js")).parse,
  debug: async () => (await import("../debug.js")).debug,
  doctor: async () => (await import("../doctor.js")).doctor,
  clean: async () => (await import("../clean.js")).clean,
  completion: async () => (await import("../completion.js")).completion,
} satisfies Record<string, () => Promise<Command>>;

/** Their names, as typed. */
export const VERBS = Object.keys(LOAD) as readonly (keyof typeof LOAD)[];

/** The verb of that name; for any other word, and for none, all of them. */
export function loadVerbs(name?: string): Promise<readonly Command[]> {
  const wanted = VERBS.filter((verb) => verb === name);
  return Promise.all((wanted.length > 0 ? wanted : VERBS).map((verb) => LOAD[verb]()));
}
