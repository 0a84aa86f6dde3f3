import type { Engine, EngineFacts } from "../docker/engine.js";
import { Failure } from "../failure.js";
import { KIND } from "../images/labels.js";
import { defineCommand, type CliContext } from "../cli/command.js";
import { failed, ok, type Check, type Finding, type Site } from "./doctor/check.js";
import { engineFlags, type EngineArgs } from "../cli/flags/engine-flags.js";
import { openEngine } from "../cli/open-engine.js";
import { loadCatalogue } from "../request/shelves.js";

/** Names of the checks, for `--only`; the checks themselves are loaded when they are needed. */
export const CHECKS = [
  "engine",
  "version",
  "disk",
  "limits",
  "trace",
  "clock",
  "core-pattern",
  "platform",
  "registry",
  "archive",
] as const;

type DoctorArgs = EngineArgs & { only?: (typeof CHECKS)[number][]; json?: boolean };

/** What is told of one check. */
interface Told extends Finding {
  readonly name: string;
  readonly title: string;
}

const MARKS = { ok: "ok", warning: "warning", failed: "FAILED", skipped: "skipped" } as const;

export const doctor = defineCommand<DoctorArgs>({
  usage: "doctor",
  describe: "check what vivarium needs here, each check with its remedy",
  examples: [
    ["doctor", "every check; exit 3 if one failed"],
    ["doctor --only engine", "whether an engine answers, and which"],
    ["doctor --json", "the same, for programs"],
  ],
  options: (yargs) =>
    engineFlags(yargs)
      .option("only", { array: true, choices: CHECKS, requiresArg: true, describe: "run only these checks" })
      .option("json", { type: "boolean", group: "Output:", describe: "JSON on stdout" }) as never,
  async act(args, context) {
    const told: Told[] = [];
    const tell = (check: Told): void => {
      told.push(check);
      if (args.json !== true) context.stdout.write(line(check));
    };
    const connected = await connection(args, context);
    const wants = (name: string): boolean => args.only === undefined || args.only.includes(name as never);
    // Without an engine nothing else can be looked at, so its failure is told whatever was asked for.
    if (wants("engine") || !("engine" in connected))
      tell({ name: "engine", title: "engine", ...connected.finding });
    if ("engine" in connected && CHECKS.some((name) => name !== "engine" && wants(name))) {
      const { checks } = await import("./doctor/checks.js");
      const site = await siteOf(connected.engine, connected.facts, context);
      // They look at the same time, and are told in their order.
      const findings = checks
        .filter(({ name }) => wants(name))
        .map((check) => ({ check, finding: look(check, site) }));
      for (const { check, finding } of findings) {
        tell({ name: check.name, title: check.title, ...(await finding) });
      }
    }
    const sound = told.every(({ status }) => status !== "failed");
    if (args.json === true) context.stdout.write(`${JSON.stringify({ sound, checks: told }, null, 2)}\n`);
    return sound ? 0 : 3;
  },
});

function line({ title, status, found, remedy }: Told): string {
  const head = `${MARKS[status].padEnd(8)} ${title}: ${found}\n`;
  return remedy === null ? head : `${head}${`${remedy}\n`.replace(/^(?=.)/gm, " ".repeat(9))}`;
}

type Connection = { finding: Finding } | { finding: Finding; engine: Engine; facts: EngineFacts };

async function connection(args: EngineArgs, context: CliContext): Promise<Connection> {
  try {
    const engine = await openEngine(args, context);
    const facts = await engine.facts();
    const kind = facts.rootless ? "rootless" : "with root's rights";
    const where = /^(unix|npipe):/.test(facts.address) ? "on this machine" : "remote";
    return {
      finding: ok(`${facts.name} at ${facts.address} (${facts.chosenBy}), ${where}, ${kind}`),
      engine,
      facts,
    };
  } catch (error) {
    return { finding: told(error) };
  }
}

async function siteOf(engine: Engine, facts: EngineFacts, { cwd, signal }: CliContext): Promise<Site> {
  const images = await engine.listImages({ [KIND]: "environment" });
  const [image = null] = [...images].sort((a, b) => (a.created < b.created ? 1 : -1));
  return { engine, facts, image, cwd, signal, catalogue: await loadCatalogue() };
}

/** A check that could not be made is told as failed, and costs no other. */
async function look(check: Check, site: Site): Promise<Finding> {
  try {
    return await check.look(site);
  } catch (error) {
    return told(error);
  }
}

function told(error: unknown): Finding {
  if (!(error instanceof Failure) || error.kind === "interrupted") throw error;
  return failed(error.message, error.remedy ?? "run it again with --debug");
}
