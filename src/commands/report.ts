import { writeFile } from "node:fs/promises";
import { badRequest } from "../failure.js";
import { FORMAT_NAMES, formats, type FormatName } from "../report/formats.js";
import { SEARCH_FORMATS } from "../report/search/formats.js";
import type { Result } from "../result/result.js";
import { finishedWork, type FinishedWork } from "../search/finished.js";
import { campaignId } from "../cli/flags/campaign-flags.js";
import { defineCommand, type CliContext } from "../cli/command.js";
import { shareable, shareableSearch, tellRedacted } from "../cli/shareable.js";

export const report = defineCommand<{ id: string; format: FormatName; out?: string; redact: boolean }>({
  usage: "report [id]",
  describe: "write a campaign's or a search's result for a tracker, a browser or a CI system",
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
    const { text, redacted } = await rendered(await finishedWork(id, context.cwd), format, redact, context);
    if (out === undefined) context.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
    else {
      await writeFile(out, text).catch((cause: Error) => {
        throw badRequest(`--out ${out}: cannot be written: ${cause.message}`, null, cause);
      });
    }
    tellRedacted({ redacted }, context);
    return 0;
  },
});

async function rendered(
  work: FinishedWork,
  format: FormatName,
  redact: boolean,
  context: CliContext,
): Promise<{ readonly text: string; readonly redacted: Result["redacted"] }> {
  if (work.kind === "campaign") {
    const shared = redact ? shareable(work.result, context) : work.result;
    return { text: await formats[format].render(shared), redacted: shared.redacted };
  }
  if (format === "sarif") {
    const folder = work.result.evidence[0]?.folder ?? "campaigns/ID";
    throw badRequest(
      "a search has no SARIF: that speaks of one program's crashes",
      `its campaigns have it: vivarium report ${work.folder ?? "."}/${folder} --format sarif`,
    );
  }
  const shared = redact ? shareableSearch(work.result, context) : work.result;
  return { text: await SEARCH_FORMATS[format].render(shared), redacted: shared.redacted };
}
