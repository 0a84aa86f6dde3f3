import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { badRequest } from "../failure.js";
import { loadRepro } from "../manifest/load.js";
import { Manifest } from "../manifest/repro.js";
import { defineCommand, type CliContext } from "../cli/command.js";

import { readIssue } from "./new/issue.js";
import { issueSketch } from "./new/issue-sketch.js";
import { manifestText } from "./new/manifest-text.js";
import { environmentsOf, PLAIN, type Sketch } from "./new/sketch.js";
import { PROGRAMS, sourceName } from "./new/programs.js";
import { PACKAGE_ROOT } from "../workspace/package.js";
import { loadPrebuilt } from "../request/prebuilt.js";
import { loadCatalogue } from "../request/shelves.js";

type NewArgs = { name: string; from?: string; fromIssue?: string; language?: "c" | "c++" | "go" };

/** Larger than any issue. */
const MAX_ISSUE = 4 * 1024 ** 2;

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
  return issueSketch(readIssue(await issueText(named, context)), named);
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
