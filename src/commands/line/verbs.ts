import type { Command } from "./command.js";
import { build } from "../build.js";
import { debug } from "../debug.js";
import { doctor } from "../doctor.js";
import { list } from "../list.js";
import { create } from "../new.js";
import { attach } from "../attach.js";
import { bundle } from "../bundle.js";
import { clean } from "../clean.js";
import { completion } from "../completion.js";
import { parse } from "../parse.js";
import { plan } from "../plan.js";
import { report } from "../report.js";
import { run } from "../run.js";
import { show } from "../show.js";
import { verify } from "../verify.js";

/** Every verb, in the order of --help. */
export const verbs: readonly Command[] = [
  run,
  plan,
  build,
  list,
  show,
  create,
  report,
  bundle,
  verify,
  attach,
  parse,
  debug,
  doctor,
  clean,
  completion,
];
