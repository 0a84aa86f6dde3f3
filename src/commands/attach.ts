import { formats } from "../report/formats.js";
import { sentenceText } from "../report/sentence.js";
import { SEARCH_FORMATS } from "../report/search/formats.js";
import { headline } from "../report/search/story-of.js";
import type { Result } from "../result/result.js";
import type { SearchResult } from "../result/search/search-result.js";
import { finishedWork } from "../search/finished.js";
import { words } from "../text/phrase.js";
import { confirmed } from "../cli/confirm.js";
import { campaignId } from "../cli/flags/campaign-flags.js";
import { defineCommand, type CliContext } from "../cli/command.js";
import { shareable, shareableSearch, tellRedacted } from "../cli/shareable.js";
import { bugzillaTracker } from "./attach/bugzilla.js";
import { parseDestination, type Destination, type Letter, type Tracker } from "./attach/tracker.js";

type AttachArgs = { id: string; to: string; yes?: boolean; redact: boolean };

export const attach = defineCommand<AttachArgs>({
  usage: "attach [id]",
  describe: "send a campaign's report to a bug report, after showing what would be sent",
  examples: [
    ["attach latest --to golang/go#13470", "a comment on a GitHub issue (GITHUB_TOKEN)"],
    [
      "attach latest --to 'bugzilla:https://sourceware.org/bugzilla/show_bug.cgi?id=19341'",
      "an attachment (BUGZILLA_API_KEY)",
    ],
  ],
  options: (yargs) =>
    campaignId(yargs)
      .option("to", {
        type: "string",
        demandOption: true,
        requiresArg: true,
        describe: "OWNER/REPO#N, or bugzilla:ADDRESS",
      })
      .option("yes", { alias: "y", type: "boolean", describe: "send without asking" })
      .option("redact", {
        type: "boolean",
        default: true,
        describe: "replace names, paths, addresses and tokens",
      }) as never,
  async act(args, context) {
    const destination = parseDestination(args.to);
    const work = await finishedWork(args.id, context.cwd);
    const { letter, redacted } = await (work.kind === "search"
      ? ofSearch(work.result, destination, args, context)
      : ofCampaign(work.result, destination, args, context));
    const tracker = await trackerFor(destination, context);
    tellRedacted({ redacted }, context);
    if (tracker === null) return byHand(destination, letter, context);
    context.stdout.write(`${letter.text.trimEnd()}\n`);
    context.stderr.write(`\nThis, ${letter.text.length} characters, would be ${tracker.where}.\n`);
    if (args.yes !== true && !(await confirmed("Send it?", "add --yes to send it", context))) {
      context.stderr.write("nothing was sent\n");
      return 0;
    }
    const { url, replaced } = await tracker.send(letter, context.signal);
    context.stderr.write(`${replaced ? "replaced your earlier one" : "sent"}: ${url}\n`);
    return 0;
  },
});

interface Addressed extends Pick<Result, "redacted"> {
  readonly letter: Letter;
}

function ofCampaign(
  result: Result,
  { kind }: Destination,
  { redact }: AttachArgs,
  context: CliContext,
): Addressed {
  const shared = redact ? shareable(result, context) : result;
  const text = (kind === "github" ? formats.github : formats.bugzilla).render(shared);
  return {
    letter: { title: sentenceText(shared), text, about: shared.plan.repro.name },
    redacted: shared.redacted,
  };
}

/** A search's letter is one of its own beside a campaign's of the same repro. */
async function ofSearch(
  result: SearchResult,
  { kind }: Destination,
  { redact }: AttachArgs,
  context: CliContext,
): Promise<Addressed> {
  const shared = redact ? shareableSearch(result, context) : result;
  const text = await (kind === "github" ? SEARCH_FORMATS.github : SEARCH_FORMATS.bugzilla).render(shared);
  const about = `${shared.repro.name} ${shared.details.kind}`;
  return { letter: { title: words(headline(shared)), text, about }, redacted: shared.redacted };
}

/** Tokens are read from the environment alone: a flag would show in the list of processes. */
async function trackerFor(destination: Destination, { env }: CliContext): Promise<Tracker | null> {
  if (destination.kind === "github") {
    const token = env["GITHUB_TOKEN"] ?? env["GH_TOKEN"] ?? "";
    if (token === "") return null;
    const { gitHubTracker } = await import("./attach/github.js");
    return gitHubTracker(destination, { token, api: env["GITHUB_API_URL"] });
  }
  const key = env["BUGZILLA_API_KEY"] ?? "";
  return key === "" ? null : bugzillaTracker(destination, key);
}

function byHand(destination: Destination, letter: Letter, { stdout, stderr }: CliContext): number {
  stdout.write(`${letter.text.trimEnd()}\n`);
  const steps =
    destination.kind === "github"
      ? [
          "No GITHUB_TOKEN is set, so nothing was sent. By hand:",
          `1. open https://github.com/${destination.owner}/${destination.repo}/issues/${destination.number}`,
          "2. paste the text above into a comment",
        ]
      : [
          "No BUGZILLA_API_KEY is set, so nothing was sent. By hand:",
          `1. open ${destination.address}/show_bug.cgi?id=${destination.id}`,
          "2. add the text above as an attachment of type text/plain",
        ];
  stderr.write(`\n${steps.join("\n")}\n3. add the bundle (vivarium bundle) where the tracker takes files\n`);
  return 0;
}
