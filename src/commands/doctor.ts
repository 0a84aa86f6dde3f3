import { VERSION } from "./package.js";
import { defineCommand } from "./command.js";
import { engineFlags, type EngineArgs } from "./flags.js";
import { openEngine } from "./open-engine.js";

export const doctor = defineCommand<EngineArgs & { only?: string; json?: boolean }>({
  usage: "doctor",
  describe: "check what vivarium needs here, each check with its remedy",
  examples: [["doctor", "every check"]],
  options: (yargs) =>
    engineFlags(yargs)
      .option("only", { type: "string", requiresArg: true, describe: "one check by name" })
      .option("json", { type: "boolean", describe: "JSON on stdout" }) as never,
  async act(args, around) {
    const engine = await openEngine(args, around);
    const facts = await engine.facts();
    around.stdout.write(`vivarium ${VERSION}, ${facts.name} at ${facts.address} (${facts.chosenBy})\n`);
    return 0;
  },
});
