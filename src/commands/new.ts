import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { badRequest } from "../failure.js";
import { clipLine } from "../text/clip.js";
import { bareManifest } from "../manifest/bare-folder.js";
import { loadRepro } from "../manifest/load.js";
import { Manifest, type Language } from "../manifest/repro.js";
import { defineCommand, type CliContext } from "../cli/command.js";

import { isAssembler } from "./new/code-block.js";
import { readIssue } from "./new/issue.js";
import type { Told } from "./new/told.js";
import { manifestText, type Draft } from "./new/manifest-text.js";
import { PROGRAMS, sourceName } from "./new/programs.js";
import { PACKAGE_ROOT } from "../workspace/package.js";
import { loadPrebuilt } from "../request/prebuilt.js";
import { loadCatalogue } from "../request/shelves.js";

type NewArgs = { name: string; from?: string; fromIssue?: string; language?: "c" | "c++" | "go" };

/** Larger than any issue. */
const MAX_ISSUE = 4 * 1024 ** 2;

/** A repro that is not written yet: what its manifest says, and its files. */
interface Sketch {
  readonly draft: Omit<Draft, "name" | "schema">;
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** What the user should know of it. */
  readonly notes: readonly string[];
}

export const create = defineCommand<NewArgs>({
  usage: "new <name>",
  describe: "write a repro's folder, repros/NAME: a commented manifest and a program",
  examples: [
    ["new my-crash --from crash.c", "a repro of your own program"],
    ["new golang-13470 --from-issue issue.md", "its program, links and crash out of an issue's saved text"],
    ["new my-crash --language go", "a small program to replace"],
  ],
  options: (yargs) =>
    yargs
      .positional("name", { type: "string", describe: "lower-case letters, digits, dots, dashes" })
      .option("from", { type: "string", requiresArg: true, describe: "a source file, or a compiled program" })
      .option("from-issue", {
        type: "string",
        requiresArg: true,
        describe: "an issue's text (Markdown), or - for standard input",
      })
      .option("language", {
        choices: ["c", "c++", "go"] as const,
        describe: "language of the program that is written without --from (default c)",
      }) as never,
  async act(args, context) {
    const folder = join(context.cwd, "repros", args.name);
    await checkName(args.name, folder);
    if (args.from !== undefined && args.fromIssue !== undefined)
      throw badRequest("--from and --from-issue exclude each other", "give the one that has the program");
    const sketch = await (args.fromIssue !== undefined
      ? fromIssue(args.fromIssue, context)
      : args.from !== undefined
        ? fromFile(args.from, context)
        : Promise.resolve(starter(args.language ?? "c", args.name)));
    const schema = schemaPath(folder, context.cwd);
    const manifest = manifestText({ ...sketch.draft, name: args.name, schema });
    const files = { "repro.yaml": manifest, ...sketch.files };
    await write(folder, files);
    for (const path of Object.keys(files)) context.stdout.write(`repros/${args.name}/${path}\n`);
    for (const note of sketch.notes) context.stderr.write(`${note}\n`);
    context.stderr.write(`next: vivarium run ${args.name}\n`);
    return 0;
  },
});

async function checkName(name: string, folder: string): Promise<void> {
  const parsed = Manifest.shape.name.safeParse(name);
  if (!parsed.success) {
    const better = name
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, "-")
      .replace(/^[^a-z0-9]+/, "");
    throw badRequest(
      `invalid repro name '${name}': ${parsed.error.issues[0]?.message ?? "not valid"}`,
      `for example: vivarium new ${better || "my-crash"}`,
    );
  }
  if ((await stat(folder).catch(() => null)) !== null)
    throw badRequest(
      `repros/${name} is there already, and is not overwritten`,
      "choose another name, or remove it first",
    );
}

function starter(language: "c" | "c++" | "go", title: string): Sketch {
  const file = sourceName(language);
  return {
    draft: { ...PLAIN, title, language, sources: [file], environments: environmentsOf(language) },
    files: { [file]: PROGRAMS[language] },
    notes: [],
  };
}

async function fromFile(named: string, { cwd }: CliContext): Promise<Sketch> {
  const path = resolve(cwd, named);
  const content = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw badRequest(
      `--from ${named}: cannot be read: ${cause.message}`,
      "give a source file or a compiled program",
      cause,
    );
  });
  const isProgram = content.subarray(0, 4).equals(Buffer.from([0x7f, 0x45, 0x4c, 0x46]));
  const { manifest } = isProgram
    ? await loadPrebuilt(named, {}, await loadCatalogue(), cwd)
    : await loadRepro(path, [], cwd);
  const file = basename(path);
  const { language, link = "static", environments = [], title } = manifest;
  return {
    draft: { ...PLAIN, title, language, link, environments, sources: [file] },
    files: { [file]: content },
    notes: [],
  };
}

async function fromIssue(named: string, context: CliContext): Promise<Sketch> {
  const text = await issueText(named, context);
  const { title, links, program, others, crash, told, packages, ...issue } = readIssue(text);
  if (program === null) {
    throw badRequest(
      `--from-issue ${named}: no whole program in it: no code block with a main function or a Go test`,
      "save the program as a file, and give it with --from FILE",
    );
  }
  const { language, test } = program;
  const file = program.file ?? (isAssembler(program.text) ? "main.s" : sourceName(language, test));
  // The program's path is no folder, and no other file's path is one of its folders.
  const files = Object.fromEntries(
    Object.entries(issue.files).filter(
      ([path]) => !path.startsWith(`${file}/`) && !file.startsWith(`${path}/`),
    ),
  );
  const target = "go.mod" in files && file.includes("/") ? `./${dirname(file)}` : undefined;
  return {
    draft: {
      ...PLAIN,
      packages,
      title: title ?? crash?.title ?? `out of ${basename(named, extname(named))}`,
      links,
      language,
      test,
      sources: [...new Set([file, ...Object.keys(files)].map((path) => path.split("/", 1)[0] ?? path))],
      ...(target !== undefined && { target }),
      environments: environmentsOf(language),
      expect: crash === null ? [] : [crash.expect],
      ...fitting(told, language),
    },
    files: {
      ...files,
      [file]: program.text,
      "issue.md": issue.text,
      ...(crash === null ? {} : { "crash.log": crash.log }),
    },
    notes: [
      "the program is a stranger's: look at it before you run it",
      ...(told.lines.length > 0 ? [`taken from its command lines: ${clipLine(told.lines.join(" ; "))}`] : []),
      ...(others > 0
        ? [`the text holds ${others} more programs; the first one was taken, and all of it is in issue.md`]
        : []),
      crash === null
        ? "no crash was found in the text: repro.yaml expects none"
        : `its crash: ${crash.title}`,
    ],
  };
}

/** What command lines tell that goes with the program's language. */
function fitting({ lines: _, link, goflags, ...told }: Told, language: Language): Partial<Draft> {
  const { args, env } = told;
  const run = { ...(args && { args }), ...(env && { env }) };
  if (language === "go") return { told: { ...run, ...(goflags && { goflags }) } };
  return { told, ...(link === undefined ? {} : { link }) };
}

async function issueText(named: string, { cwd, stdin }: CliContext): Promise<string> {
  if (named !== "-") {
    const path = resolve(cwd, named);
    const found = await stat(path).catch((cause: Error) => {
      throw badRequest(
        `--from-issue ${named}: cannot be read: ${cause.message}`,
        "save the issue's text to a file",
        cause,
      );
    });
    if (!found.isFile() || found.size > MAX_ISSUE) throw tooLarge(named);
    return readFile(path, "utf8");
  }
  let text = "";
  for await (const chunk of stdin) {
    text += String(chunk);
    if (text.length > MAX_ISSUE) throw tooLarge(named);
  }
  return text;
}

function tooLarge(named: string): Error {
  return badRequest(
    `--from-issue ${named}: no text of an issue, or larger than 4 MiB`,
    "save the part that tells of the crash",
  );
}

const PLAIN = { links: [], test: false, link: "static", expect: [] } as const;

/** The default of `run` without a manifest. */
function environmentsOf(language: Language): string[] {
  return bareManifest("", language, []).environments ?? [];
}

/** Editors find the schema where vivarium lies in the user's own tree; elsewhere its path means nothing to others. */
function schemaPath(folder: string, cwd: string): string | null {
  const schema = join(PACKAGE_ROOT, "schemas", "repro.schema.json");
  return relative(cwd, schema).startsWith("..") ? null : relative(folder, schema);
}

/** Writes the folder, whole or not at all. */
async function write(folder: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  // Not recursive: where another process was first, this one stops.
  await mkdir(folder);
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    // What was written must be what `run` reads.
    await loadRepro(folder, [], dirname(folder));
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
