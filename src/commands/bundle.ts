import { readHeader } from "../run/open-campaign.js";
import { writeWhole } from "./write-reports.js";
import { bundleFiles } from "./bundle-contents.js";
import { packBundle } from "./bundle-archive.js";
import { finishedCampaign } from "./campaign.js";
import { defineCommand } from "./command.js";
import { engineFlags, type EngineArgs } from "./flags.js";
import { openEngine } from "./open-engine.js";
import { VERSION } from "./package.js";
import { shareable, tellRedacted } from "./shareable.js";
import { loadCatalogue } from "./shelves.js";
import { stagedRepro } from "./staged-repro.js";

type BundleArgs = EngineArgs & {
  id: string;
  out?: string;
  redact: boolean;
  withBinary?: boolean;
  withImage?: boolean;
};

export const bundle = defineCommand<BundleArgs>({
  usage: "bundle [id]",
  describe: "one file that holds all that is needed to run a campaign again and check its claims",
  examples: [
    ["bundle latest --out crash.tar.gz", "repro, pins, plan, result, reports and evidence"],
    ["bundle latest --with-binary", "the compiled programs, too"],
  ],
  options: (yargs) =>
    engineFlags(yargs)
      .positional("id", {
        type: "string",
        default: "latest",
        describe: "a campaign's id, the beginning of one, or latest",
      })
      .option("out", { type: "string", requiresArg: true, describe: "file to write (default: ID.tar.gz)" })
      .option("redact", {
        type: "boolean",
        default: true,
        describe: "replace names, paths, addresses and tokens",
      })
      .option("with-binary", { type: "boolean", describe: "add the compiled programs" })
      .option("with-image", {
        type: "boolean",
        describe: "add the images that they ran in (hundreds of MB)",
      }) as never,
  async act(args, around) {
    const { id, folder, result } = await finishedCampaign(args.id);
    const header = await readHeader(folder);
    const shared = args.redact ? shareable(result, around) : result;
    const repro = await stagedRepro(header.plan, around.cwd);
    const files = await bundleFiles(header, shared, repro, await loadCatalogue(), VERSION);
    if (args.withBinary === true || args.withImage === true) {
      const engine = await openEngine(args, around);
      for (const [cell, { image, program }] of Object.entries(header.binaries)) {
        const name = cell.replace(/[^\w.-]+/g, "_");
        if (args.withBinary === true) files.set(`binary/${name}`, await engine.readFile(image, program));
        if (args.withImage === true)
          files.set(`image/${name}.tar`, await gather(await engine.saveImage(image)));
      }
    }
    const out = args.out ?? `${id}.tar.gz`;
    const packed = await packBundle(files);
    await writeWhole(out, packed);
    tellRedacted(shared, around);
    around.stdout.write(`${out}\n`);
    around.stderr.write(
      `${files.size} files, ${Math.ceil(packed.length / 1024)} KiB; check it with: vivarium verify ${out}\n`,
    );
    return 0;
  },
});

async function gather(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
