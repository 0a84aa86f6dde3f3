import { writeFile } from "node:fs/promises";
import { badRequest } from "../failure.js";
import { FORMAT_NAMES, formats, type FormatName } from "../report/formats.js";
import { finishedCampaign } from "../campaign/finished-campaign.js";
import { campaignId } from "../cli/flags.js";
import { defineCommand } from "../cli/command.js";
import { shareable, tellRedacted } from "../cli/shareable.js";

export const report = defineCommand<{ id: string; format: FormatName; out?: string; redact: boolean }>({
  usage: "report [id]",
  describe: "write a campaign's result for a tracker, a browser or a CI system",
  examples: [
    ["report latest --format github", "Markdown that fits a GitHub issue, on stdout"],
    ["report latest --format html --out report.html", "one self-contained page"],
  ],
  options: (yargs) =>
    campaignId(yargs)
      .option("format", {
        choices: FORMAT_NAMES,
        default: "github" as const,
        describe: FORMAT_NAMES.map((name) => `${name}: ${formats[name].title}`).join("; "),
      })
      .option("out", { type: "string", requiresArg: true, describe: "file to write (default: stdout)" })
      .option("redact", {
        type: "boolean",
        default: true,
        describe: "replace names, paths, addresses and tokens (--no-redact: keep)",
      }) as never,
  async act({ id, format, out, redact }, context) {
    const { result } = await finishedCampaign(id, context.cwd);
    const shared = redact ? shareable(result, context) : result;
    const text = await formats[format].render(shared);
    if (out === undefined) context.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
    else {
      await writeFile(out, text).catch((cause: Error) => {
        throw badRequest(`--out ${out}: cannot be written: ${cause.message}`, null, cause);
      });
    }
    tellRedacted(shared, context);
    return 0;
  },
});
