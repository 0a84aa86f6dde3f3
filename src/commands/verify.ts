import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { badRequest } from "../failure.js";
import type { Plan } from "../plan/plan.js";
import type { CampaignRequest } from "../plan/request.js";
import { attemptsFor, checkClaims, claimsExitCode, contradictions } from "../report/claims.js";
import { CampaignStore } from "../run/store.js";
import { unpackBundle } from "./bundle-archive.js";
import { readBundle, type Bundle } from "./bundle-contents.js";
import { columns } from "./columns.js";
import { defineCommand, type Surroundings } from "./command.js";
import { engineFlags, type EngineArgs } from "./flags.js";
import { openEngine } from "./open-engine.js";
import { openProgress } from "./open-progress.js";
import { prepareLoaded } from "./prepare.js";
import { loadCatalogue } from "./shelves.js";
import { snapshotArchive } from "./snapshot-archive.js";
import { loadRepro } from "../manifest/load.js";

type VerifyArgs = EngineArgs & { file: string; runs?: number; loosened?: boolean; json?: boolean };

export const verify = defineCommand<VerifyArgs>({
  usage: "verify <file>",
  describe: "run a bundle again and check each of its claims",
  examples: [
    ["verify crash.tar.gz", "a table of claims; exit 0 all hold, 1 one does not, 3 could not be checked"],
    ["verify crash.tar.gz --json", "the same for programs"],
  ],
  options: (yargs) =>
    engineFlags(yargs)
      .positional("file", { type: "string", describe: "a bundle" })
      .option("runs", {
        alias: "n",
        type: "number",
        requiresArg: true,
        describe: "attempts (default: computed from the claimed rates)",
      })
      .option("loosened", { type: "boolean", describe: "run even what asks for network or capabilities" })
      .option("json", { type: "boolean", group: "Output:", describe: "JSON on stdout" }) as never,
  async act(args, around) {
    const packed = await readFile(args.file).catch((cause: Error) => {
      throw badRequest(`${args.file}: cannot be read: ${cause.message}`, null, cause);
    });
    const bundle = readBundle(await unpackBundle(packed, args.file), args.file);
    refuseContradictory(bundle, args);
    const folder = await mkdtemp(join(tmpdir(), "vivarium-verify-"));
    try {
      return await again(bundle, folder, args, around);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

/** A result that its own counts belie would prove nothing: told before anything is run. */
function refuseContradictory({ result }: Bundle, { file }: VerifyArgs): void {
  const faults = contradictions(result);
  if (faults.length > 0) {
    throw badRequest(
      `${file}: refused: it contradicts itself: ${faults.join("; ")}`,
      "its result was changed",
    );
  }
}

/** A bundle is a stranger's: what loosens the sandbox is run only when it is asked for. */
function refuseLoosened({ cells }: Plan, { file, loosened }: VerifyArgs): void {
  const asks = cells.flatMap(({ run: { network, capabilities, user } }) => [
    ...(network === "none" ? [] : [`network ${network}`]),
    ...capabilities,
    ...(user.uid === 0 ? ["to run as root"] : []),
  ]);
  if (asks.length > 0 && loosened !== true) {
    throw badRequest(
      `${file}: asks for ${[...new Set(asks)].join(", ")}`,
      "read its repro/ first; --loosened runs it all the same",
    );
  }
}

async function again(
  bundle: Bundle,
  folder: string,
  args: VerifyArgs,
  around: Surroundings,
): Promise<number> {
  for (const [path, content] of bundle.files) {
    if (!path.startsWith("repro/")) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const { result: claimed } = bundle;
  const runs = args.runs ?? attemptsFor(claimed);
  const request: CampaignRequest = { ...bundle.index.request, stop: { runs } };
  const repro = await loadRepro(join(folder, "repro"), [], folder);
  const {
    plan,
    repro: staged,
    catalogue,
  } = await prepareLoaded(repro, await loadCatalogue(), request, ["verify", args.file], around.cwd);
  if (plan.repro.sourceHash !== claimed.plan.repro.sourceHash) {
    throw badRequest(
      `${args.file}: refused: its sources are not those that its result speaks of`,
      "its repro/ was changed",
    );
  }
  refuseLoosened(plan, args);
  const { carryOut } = await import("./carry-out.js");
  const engine = await openEngine(args, around);
  const progress = openProgress(args.progress, around);
  const { result: found } = await carryOut({
    plan,
    repro: staged,
    catalogue,
    engine,
    store: new CampaignStore(),
    sink: progress.sink,
    signal: around.signal,
    base: args.base,
    platform: args.platform,
    snapshotArchive: snapshotArchive(args, around.cwd),
  }).finally(() => progress.close());
  around.signal.throwIfAborted();
  const claims = checkClaims(claimed, found);
  const code = claimsExitCode(claims);
  if (args.json === true) {
    around.stdout.write(
      `${JSON.stringify({ bundle: bundle.index.campaign, runs, verified: code === 0, claims }, null, 2)}\n`,
    );
  } else {
    around.stdout.write(`${claimed.plan.repro.title}: ${runs} attempts in each environment\n\n`);
    around.stdout.write(
      columns(claims.map(({ environment, what, verdict, why }) => [environment, what, verdict, why])),
    );
    around.stdout.write(`\n${VERDICTS[code] as string}\n`);
  }
  return code;
}

const VERDICTS: Readonly<Record<number, string>> = {
  0: "verified: every claim that decides holds",
  1: "not verified: a claim does not hold",
  3: "not verified: claims could not be checked here",
};
