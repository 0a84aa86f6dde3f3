import { loadRepro, shelfNames } from "../manifest/load.js";
import { fittingGos } from "../plan/environments.js";
import { defineCommand } from "../cli/command.js";
import { loadCatalogue, shelves } from "../request/shelves.js";
import { columns } from "../cli/columns.js";

export const list = defineCommand<{ json?: boolean }>({
  usage: "list",
  describe: "list repros and environments",
  examples: [
    ["list", "repros by name, with their variants, and environments"],
    ["list --json", "the same, for programs"],
  ],
  options: (yargs) => yargs.option("json", { type: "boolean", describe: "JSON on stdout" }) as never,
  async act(args, { cwd, stdout }) {
    const catalogue = await loadCatalogue();
    const repros = await Promise.all(
      (await shelfNames(shelves(cwd))).map(async (name) => {
        const { manifest, path } = await loadRepro(name, shelves(cwd), cwd);
        return {
          name,
          title: manifest.title,
          language: manifest.language,
          variants: Object.keys(manifest.variants ?? {}),
          default: manifest.default ?? null,
          environments: manifest.environments ?? [],
          path,
        };
      }),
    );
    const environments = Object.entries(catalogue.environments).map(([name, { libc, go, image }]) => ({
      name,
      libc,
      go,
      gos: fittingGos(name, catalogue),
      image,
    }));
    if (args.json === true) {
      stdout.write(`${JSON.stringify({ repros, environments }, null, 2)}\n`);
      return 0;
    }
    stdout.write("Repros\n");
    stdout.write(columns(repros.map(({ name, language, title }) => [`  ${name}`, language, title])));
    stdout.write("\nEnvironments\n");
    stdout.write(
      columns(
        environments.map(({ name, image, go, gos }) => [
          `  ${name}`,
          image,
          `Go ${go ?? "none"}${gos
            .filter(
              (other) =>
                other !== go && catalogue.gos[other] !== undefined && "image" in catalogue.gos[other],
            )
            .map((other) => `, /go-${other}`)
            .join("")}`,
        ]),
      ),
    );
    stdout.write("\n`vivarium show NAME` tells more of a repro or an environment.\n");
    return 0;
  },
});
