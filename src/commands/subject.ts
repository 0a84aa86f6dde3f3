import { posix } from "node:path";
import { badRequest } from "../failure.js";
import type { Catalogue } from "../manifest/catalogue.js";
import { defaults, loadRepro, type ReproFolder } from "../manifest/load.js";
import type { CampaignRequest } from "../plan/request.js";
import type { NamedRepro } from "./flags.js";
import { loadPrebuilt } from "./prebuilt.js";
import { shelves } from "./shelves.js";

/** The repro of a campaign when none is named: the one that vivarium was built for. */
export const FIRST_REPRO = "golang-13470";

/** What is to be run: a repro by name or path, a compiled program, or a command of the environment's image. */
export type Subject =
  | { readonly repro: string }
  | { readonly prebuilt: string }
  | { readonly command: readonly [program: string, ...args: string[]] };

/** What a command line names. Words after `--` are a command, or arguments of the repro that was named before. */
export function subjectOf(args: NamedRepro & { readonly prebuilt?: boolean | undefined }): Subject {
  const words = args["--"]?.map(String);
  if (args.prebuilt === true) {
    if (args.repro === undefined)
      throw badRequest("--prebuilt needs the program's path", "vivarium run ./a.out --prebuilt");
    return { prebuilt: args.repro };
  }
  const [program, ...rest] = words ?? [];
  if (args.repro !== undefined || words === undefined) return { repro: args.repro ?? FIRST_REPRO };
  if (program === undefined)
    throw badRequest("no command stands after --", "vivarium run -- getent passwd root");
  return { command: [program, ...rest] };
}

/** Loads what is to be run, as a repro. `request` tells what it must fit. Throws a Failure("request"). */
export async function loadSubject(
  subject: Subject,
  request: CampaignRequest,
  catalogue: Catalogue,
  cwd: string,
): Promise<ReproFolder> {
  if ("command" in subject) return commandRepro(subject.command, cwd);
  if ("prebuilt" in subject) return loadPrebuilt(subject.prebuilt, request, catalogue, cwd);
  const named = subject.repro.split("/")[0] as string;
  if (catalogue.environments[named] !== undefined) {
    const asked = [...(request.environments ?? []), subject.repro].join(",");
    throw badRequest(
      `'${subject.repro}' is an environment, and no repro`,
      `environments go together, joined by commas: --env ${asked}`,
    );
  }
  return loadRepro(subject.repro, shelves(cwd), cwd);
}

function commandRepro([program, ...args]: readonly [string, ...string[]], cwd: string): ReproFolder {
  if (program.includes("/") && !program.startsWith("/")) {
    throw badRequest(
      `-- ${program}: a command lies in the environment's image, and this is a path of this machine`,
      `vivarium run ${program} --prebuilt runs a compiled program of yours`,
    );
  }
  const title = [program, ...args].join(" ");
  return {
    path: cwd,
    argument: `-- ${title}`,
    outside: {},
    manifest: {
      ...defaults(posix.basename(program), "command", []),
      title,
      program,
      environments: ["glibc-2.36"],
      run: { args },
    },
  };
}
