import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { badRequest } from "../failure.js";
import type { Catalogue } from "../manifest/catalogue.js";
import { bareManifest, type LoadOptions } from "../manifest/bare-folder.js";
import { loadRepro, type ReproFolder } from "../manifest/load.js";
import type { CampaignRequest } from "../plan/request.js";
import { loadPrebuilt } from "./prebuilt.js";
import { shelves } from "./shelves.js";

/** The repro of a campaign when none is named: the one that vivarium was built for. */
export const FIRST_REPRO = "golang-13470";

/** What is to be run. */
export type Subject =
  /** A repro: its name, or the path of a folder or of one source file. */
  | string
  /** The path of a compiled program. */
  | { readonly prebuilt: string }
  /** A program of the environment's image and its arguments. */
  | { readonly command: readonly [program: string, ...args: string[]] }
  /** A program in one string. */
  | {
      readonly source: string;
      readonly language: "c" | "c++" | "go";
      /** Lower-case letters, digits, dots, dashes; default `inline`. */
      readonly name?: string;
    };

type Inline = Extract<Subject, { source: string }>;

export function isInline(subject: Subject): subject is Inline {
  return typeof subject !== "string" && "source" in subject;
}

/** The repro of `run [repro]`, and what stands after `--`. */
export interface NamedRepro {
  readonly repro?: string | undefined;
  readonly "--"?: readonly (string | number)[] | undefined;
}

/** What a command line names. Words after `--` are a command, or arguments of the repro that was named before. */
export function subjectOf(args: NamedRepro & { readonly prebuilt?: boolean | undefined }): Subject {
  const words = args["--"]?.map(String);
  if (args.prebuilt === true) {
    if (args.repro === undefined)
      throw badRequest("--prebuilt needs the program's path", "vivarium run ./a.out --prebuilt");
    return { prebuilt: args.repro };
  }
  const [program, ...rest] = words ?? [];
  if (args.repro !== undefined || words === undefined) return args.repro ?? FIRST_REPRO;
  if (program === undefined)
    throw badRequest("no command stands after --", "vivarium run -- getent passwd root");
  return { command: [program, ...rest] };
}

/** The words after `vivarium` that run it with no option. */
export function commandLineOf(subject: Subject): string[] {
  if (typeof subject === "string") return ["run", subject];
  if ("prebuilt" in subject) return ["run", subject.prebuilt, "--prebuilt"];
  if ("command" in subject) return ["run", "--", ...subject.command];
  return ["run", subject.name ?? "inline"];
}

/** Loads what is to be run, as a repro. `request` tells what it must fit. Throws a Failure("request"). */
export async function loadSubject(
  subject: Subject,
  request: CampaignRequest,
  catalogue: Catalogue,
  cwd: string,
): Promise<ReproFolder> {
  if (typeof subject !== "string") {
    if ("command" in subject) return commandRepro(subject.command, cwd);
    if ("prebuilt" in subject) return loadPrebuilt(subject.prebuilt, request, catalogue, cwd);
    return inlineRepro(subject);
  }
  const named = subject.split("/")[0] as string;
  if (catalogue.environments[named] !== undefined) {
    const asked = [...(request.environments ?? []), subject].join(",");
    throw badRequest(
      `'${subject}' is an environment, not a repro`,
      `environments go together, joined by commas: --env ${asked}`,
    );
  }
  return loadRepro(subject, shelves(cwd), cwd, loadOptions(request));
}

/** What a request says of how a folder is built, before the folder is looked at. */
function loadOptions({ build = {} }: CampaignRequest): LoadOptions {
  return { ownBuild: build.command !== undefined, test: build.test === true, target: build.target };
}

const SUFFIXES = { c: ".c", "c++": ".cc", go: ".go" } as const;

/** The source is written to a folder of its own; the campaign runs from its copy. */
async function inlineRepro({ source, language, name = "inline" }: Inline): Promise<ReproFolder> {
  const path = await mkdtemp(join(tmpdir(), "vivarium-inline-"));
  const file = `main${SUFFIXES[language]}`;
  await writeFile(join(path, file), source);
  return {
    path,
    argument: name,
    outside: {},
    manifest: { ...bareManifest(name, language, [file]), title: name },
  };
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
      ...bareManifest(posix.basename(program), "command", []),
      title,
      program,
      environments: ["glibc-2.36"],
      run: { args },
    },
  };
}
