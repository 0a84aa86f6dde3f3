import { relative } from "node:path";
import { stringify } from "yaml";
import { badRequest } from "../failure.js";
import { loadRepro, shelfNames } from "../manifest/load.js";
import { didYouMean } from "../manifest/nearest.js";
import { fittingGos } from "../plan/environments.js";
import { formats } from "../report/formats.js";
import { SEARCH_FORMATS } from "../report/search/formats.js";
import { finishedSearch, finishedWork, type FinishedSearch } from "../search/finished.js";
import { findCampaign } from "../workspace/campaign-place.js";
import { defineCommand, type CliContext } from "../cli/command.js";
import { loadCatalogue, shelves } from "../request/shelves.js";
import { showSearch, showSummary } from "../cli/summary.js";

export const show = defineCommand<{ name: string; json?: boolean }>({
  usage: "show <name>",
  describe: "show a repro, an environment, a campaign or a search in full",
  examples: [
    ["show golang-13470", "its variants and expectations"],
    ["show glibc-2.36", "what the environment pins and which Go it can have"],
    ["show latest", "the result of the last campaign"],
  ],
  options: (yargs) =>
    yargs
      .positional("name", {
        type: "string",
        describe: "a repro (name or path), an environment, or a campaign or search (as in report)",
      })
      .option("json", { type: "boolean", describe: "JSON on stdout" }) as never,
  async act({ name, json }, context) {
    const shown = (await environment(name)) ?? (await repro(name, context));
    if (shown === null) return campaign(name, json === true, context);
    context.stdout.write(
      json === true ? `${JSON.stringify(shown, null, 2)}\n` : stringify(shown, { lineWidth: 100 }),
    );
    return 0;
  },
});

async function environment(name: string): Promise<object | null> {
  const catalogue = await loadCatalogue();
  const libc = name.split("/")[0] as string;
  const entry = catalogue.environments[libc];
  if (entry === undefined) return null;
  return {
    environment: libc,
    libc: entry.libc,
    go: { default: entry.go, fitting: fittingGos(libc, catalogue) },
    image: { name: entry.image, ...catalogue.images[entry.image] },
  };
}

/** Null where there is none of that name, but a campaign. */
async function repro(name: string, { cwd }: CliContext): Promise<object | null> {
  try {
    const { manifest, path } = await loadRepro(name, shelves(cwd), cwd);
    return { ...manifest, path };
  } catch (failure) {
    if ((await findCampaign(name, cwd).catch(() => null)) !== null) return null;
    if ((await finishedSearch(name, cwd).catch(() => null)) !== null) return null;
    const names = [...(await shelfNames(shelves(cwd))), ...Object.keys((await loadCatalogue()).environments)];
    if (!(failure as Error).message.startsWith("no repro")) throw failure;
    throw badRequest(
      `neither a repro nor an environment nor a campaign: '${name}'`,
      didYouMean(name, names),
      failure,
    );
  }
}

async function campaign(name: string, json: boolean, context: CliContext): Promise<number> {
  const work = await finishedWork(name, context.cwd);
  if (work.kind === "search") return search(work, json, context);
  const { place, result } = work;
  if (json) context.stdout.write(formats.json.render(result));
  else showSummary(result, place.folder === null ? null : relative(context.cwd, place.folder), context);
  return 0;
}

function search({ folder, result }: FinishedSearch, json: boolean, context: CliContext): number {
  if (json) context.stdout.write(SEARCH_FORMATS.json.render(result));
  else showSearch(result, folder === null ? null : relative(context.cwd, folder), context);
  return 0;
}
