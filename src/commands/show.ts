import { stringify } from "yaml";
import { badRequest } from "../failure.js";
import { loadRepro, shelfNames } from "../manifest/load.js";
import { didYouMean } from "../manifest/nearest.js";
import { fittingGos } from "../plan/environments.js";
import { defineCommand, type Surroundings } from "./command.js";
import { loadCatalogue, shelves } from "./shelves.js";

export const show = defineCommand<{ name: string; json?: boolean }>({
  usage: "show <name>",
  describe: "a repro or an environment, in full",
  examples: [
    ["show golang-13470", "its variants and expectations"],
    ["show glibc-2.36", "what the environment pins and which Go it can have"],
  ],
  options: (yargs) =>
    yargs
      .positional("name", { type: "string", describe: "a repro (name or path) or an environment" })
      .option("json", { type: "boolean", describe: "JSON on stdout" }) as never,
  async act({ name, json }, around) {
    const shown = (await environment(name)) ?? (await repro(name, around));
    around.stdout.write(
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

async function repro(name: string, { cwd }: Surroundings): Promise<object> {
  try {
    const { manifest, path } = await loadRepro(name, shelves(cwd), cwd);
    return { ...manifest, path };
  } catch (failure) {
    const names = [...(await shelfNames(shelves(cwd))), ...Object.keys((await loadCatalogue()).environments)];
    if (!(failure as Error).message.startsWith("no repro")) throw failure;
    throw badRequest(`neither a repro nor an environment: '${name}'`, didYouMean(name, names), failure);
  }
}
