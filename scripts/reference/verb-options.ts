import yargs from "yargs";
import type { Command } from "../../src/cli/command.js";

/** One option of a verb, as its help tells it. */
export interface Option {
  readonly name: string;
  readonly aliases: readonly string[];
  /** `text`, `number`, `yes or no`, `list`. */
  readonly kind: string;
  readonly choices: readonly string[];
  /** As typed; null where there is none. */
  readonly standard: string | null;
  readonly describe: string;
  readonly group: string;
}

/** What yargs knows of its options; the part of it that its types leave out. */
interface Table {
  readonly key: Record<string, unknown>;
  readonly alias: Record<string, string[]>;
  readonly array: string[];
  readonly boolean: string[];
  readonly number: string[];
  readonly choices: Record<string, readonly string[]>;
  readonly default: Record<string, unknown>;
}
interface Instance {
  getOptions(): Table;
  getGroups(): Record<string, string[]>;
  getInternalMethods(): { getUsageInstance(): { getDescriptions(): Record<string, string> } };
}

/** The options that a verb declares, in the order in which it declares them. */
export function optionsOf(verb: Command): Option[] {
  const parser = yargs([]).help(false).version(false);
  const given = verb.options(parser as never) as unknown as Instance;
  const table = given.getOptions();
  const descriptions = given.getInternalMethods().getUsageInstance().getDescriptions();
  const groups = Object.entries(given.getGroups());
  const positional = new Set([...verb.usage.matchAll(/[[<]([\w-]+)(?:\.\.)?[\]>]/g)].map(([, name]) => name));
  return Object.keys(table.key)
    .filter((name) => !positional.has(name) && !aliasOfAnother(name, table))
    .map((name) => {
      const choices = table.choices[name] ?? [];
      const standard = table.default[name];
      return {
        name,
        aliases: table.alias[name] ?? [],
        kind: table.array.includes(name)
          ? "list"
          : table.boolean.includes(name)
            ? "yes or no"
            : table.number.includes(name)
              ? "number"
              : "text",
        choices,
        standard: standard === undefined ? null : String(standard),
        describe: (descriptions[name] ?? "").replace(/^__yargsString__:/, ""),
        group: groups.find(([, names]) => names.includes(name))?.[0].replace(/:$/, "") ?? "Others",
      };
    });
}

function aliasOfAnother(name: string, { alias, key }: Table): boolean {
  return Object.entries(alias).some(
    ([other, aliases]) =>
      other !== name && other in key && aliases.includes(name) && !isFirst(name, other, key),
  );
}

function isFirst(name: string, other: string, key: Record<string, unknown>): boolean {
  const names = Object.keys(key);
  return names.indexOf(name) < names.indexOf(other);
}
