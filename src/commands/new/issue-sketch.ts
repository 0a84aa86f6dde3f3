import { basename, dirname, extname } from "node:path";
import { badRequest } from "../../failure.js";
import type { Language } from "../../manifest/repro.js";
import { clipLine } from "../../text/clip.js";
import { isAssembler } from "./code-block.js";
import type { Issue } from "./issue.js";
import type { Draft } from "./manifest-text.js";
import { sourceName } from "./programs.js";
import type { ShownFiles } from "./shown-files.js";
import { environmentsOf, PLAIN, type Sketch } from "./sketch.js";
import type { Told } from "./told.js";

/** The repro that an issue's text comes to. `named`: as the user calls the text. Throws a Failure("request") where there is no program in it. */
export function issueSketch(issue: Issue, named: string): Sketch {
  const { title, links, program, crash, packages, shown } = issue;
  if (program === null || shown === null) {
    throw badRequest(
      `--from-issue ${named}: no whole program in it: no code block with a main function or a Go test`,
      "save the program as a file, and give it with --from FILE",
    );
  }
  const { language, test } = program;
  const file = shown.program ?? (isAssembler(program.text) ? "main.s" : sourceName(language, test));
  const files = besideProgram(shown, file);
  return {
    draft: {
      ...PLAIN,
      packages: [...new Set([...packages, ...(shown.build?.packages ?? [])])],
      title: title ?? crash?.title ?? `out of ${basename(named, extname(named))}`,
      links,
      language,
      test,
      sources: [...new Set([file, ...Object.keys(files)].map((path) => path.split("/", 1)[0] ?? path))],
      ...("go.mod" in files && file.includes("/") ? { target: `./${dirname(file)}` } : {}),
      environments: environmentsOf(language),
      expect: crash === null ? [] : [crash.expect],
      ...fitting(issue.told, language),
      laid: shown.laid,
      // As its author's build links it.
      ...(shown.build === null ? {} : { build: shown.build.build, link: "dynamic" as const }),
    },
    files: {
      ...shown.beside,
      ...files,
      [file]: program.text,
      "issue.md": issue.text,
      ...(crash === null ? {} : { "crash.log": crash.log }),
    },
    notes: notesOf(issue, shown),
  };
}

/** The program's path is no folder, and no other file's path is one of its folders. */
function besideProgram({ files }: ShownFiles, program: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).filter(
      ([path]) => path !== program && !path.startsWith(`${program}/`) && !program.startsWith(`${path}/`),
    ),
  );
}

function notesOf({ told, others, crash }: Issue, shown: ShownFiles): string[] {
  return [
    "the program is a stranger's: look at it before you run it",
    ...(told.lines.length > 0 ? [`taken from its command lines: ${clipLine(told.lines.join(" ; "))}`] : []),
    ...shown.notes,
    ...(others > 0
      ? [`the text holds ${others} more programs; the first one was taken, and all of it is in issue.md`]
      : []),
    crash === null ? "no crash was found in the text: repro.yaml expects none" : `its crash: ${crash.title}`,
  ];
}

/** What command lines tell that goes with the program's language. */
function fitting({ lines: _, link, goflags, ...told }: Told, language: Language): Partial<Draft> {
  const { args, env } = told;
  const run = { ...(args && { args }), ...(env && { env }) };
  if (language === "go") return { told: { ...run, ...(goflags && { goflags }) } };
  return { told, ...(link === undefined ? {} : { link }) };
}
