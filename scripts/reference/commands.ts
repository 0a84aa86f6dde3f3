import { verbOf } from "../../src/cli/command-line/mistakes.js";
import { loadVerbs } from "../../src/cli/verbs.js";
import type { Command } from "../../src/cli/command.js";
import { code, page, table } from "./markdown.js";
import { optionsOf, type Option } from "./verb-options.js";

/** The page of all verbs: what each is for, its flags by group, its examples. */
export async function commands(): Promise<string> {
  const verbs = await loadVerbs();
  const links = verbs.map((verb) => [`[${code(verbOf(verb))}](#${verbOf(verb)})`, verb.describe]);
  return page(
    "Commands",
    "`vivarium VERB --help` shows the same. A list may be given by commas or by giving the flag again. Every verb also takes `--config FILE` (a configuration file), `--debug` (stack traces of vivarium's own errors), `--version` and `--help`. [Exit codes](exit-codes.md) · [configuration](configuration.md)",
    [table(["verb", "what it does"], links), ...verbs.map(section)],
  );
}

function section(verb: Command): string {
  const options = optionsOf(verb);
  const groups = [...new Set(options.map(({ group }) => group))];
  return [
    `## ${verbOf(verb)}`,
    code(`vivarium ${verb.usage}`),
    `${verb.describe}.`,
    ...groups.map((group) =>
      optionTable(
        group,
        options.filter((option) => option.group === group),
      ),
    ),
    `**Examples**\n\n${verb.examples.map(([line, what]) => `- ${code(`vivarium ${line}`)}: ${what}`).join("\n")}`,
  ].join("\n\n");
}

function optionTable(group: string, options: readonly Option[]): string {
  return table([group, "value", "what for"], options.map(row));
}

function row({ name, aliases, kind, choices, standard, describe }: Option): string[] {
  const short = aliases.filter((alias) => alias.length === 1).map((alias) => code(`-${alias}`));
  const long = [name, ...aliases.filter((alias) => alias.length > 1)].map((alias) => code(`--${alias}`));
  const value = choices.length > 0 ? choices.map(code).join(", ") : kind;
  return [
    [...short, ...long].join(", "),
    `${kind === "list" && choices.length > 0 ? "list of " : ""}${value}${standard === null ? "" : ` (default ${code(standard)})`}`,
    describe,
  ];
}
