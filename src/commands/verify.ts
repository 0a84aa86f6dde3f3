import type { ReadStream } from "node:fs";
import { mkdir, mkdtemp, open, readdir, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { oneLine } from "../text/printable.js";
import { badRequest } from "../failure.js";
import { loadRepro } from "../manifest/load.js";
import { didYouMean } from "../manifest/nearest.js";
import type { Plan } from "../plan/plan.js";
import type { CampaignRequest } from "../plan/request.js";
import {
  attemptsFor,
  checkClaims,
  claimsExitCode,
  contradictions,
  decides,
  type Claim,
} from "../result/claims.js";
import { CAMPAIGNS_FOLDER, CampaignStore } from "../run/store/store.js";
import { isPlainPath, unpackBundle } from "./bundle/archive.js";
import { readBundle, type Bundle } from "./bundle/contents.js";
import { columns } from "../cli/columns.js";
import { defineCommand, type CliContext } from "../cli/command.js";
import { engineFlags, type EngineArgs } from "../cli/flags.js";
import { openEngine } from "../cli/open-engine.js";
import { openProgress } from "../cli/open-progress.js";
import { FLAGS_FOLDER } from "../request/outside-files.js";
import { prepareLoaded } from "../request/prepare.js";
import { loadCatalogue } from "../request/shelves.js";
import { snapshotArchive } from "../campaign/snapshot-archive.js";

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
  async act(args, context) {
    const stream = await openBundle(args.file, context);
    const bundle = readBundle(await unpackBundle(stream, args.file), args.file);
    context.signal.throwIfAborted();
    refuseContradictory(bundle, args);
    refuseForeignFiles(bundle, args);
    const folder = await mkdtemp(join(tmpdir(), "vivarium-verify-"));
    try {
      return await again(bundle, folder, args, context);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

async function openBundle(file: string, { cwd, signal }: CliContext): Promise<ReadStream> {
  const path = resolve(cwd, file);
  const handle = await open(path).catch(async (cause: NodeJS.ErrnoException) => {
    if (cause.code !== "ENOENT") throw badRequest(`${file}: cannot be read: ${cause.message}`, null, cause);
    const beside = (await readdir(dirname(path)).catch(() => [])).filter((name) => name.endsWith(".gz"));
    const remedy = beside.length > 0 ? didYouMean(basename(path), beside) : `it is looked for at ${path}`;
    throw badRequest(`${file}: there is no such file`, remedy, cause);
  });
  if (!(await handle.stat()).isDirectory()) return handle.createReadStream({ signal });
  await handle.close();
  throw badRequest(`${file}: is a folder, no bundle`, "name the .tar.gz that it was unpacked from");
}

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

/** What its request lays into the container must be the bundle's own, never a file of whoever verifies it. */
function refuseForeignFiles({ index, files }: Bundle, { file }: VerifyArgs): void {
  const { files: laid = {}, stdin } = index.request.run ?? {};
  const named = [...Object.values(laid), ...(stdin === undefined ? [] : [stdin])];
  const held = [...files.keys()];
  const foreign = named.find(
    (path) =>
      !path.startsWith(`${FLAGS_FOLDER}/`) ||
      !isPlainPath(path) ||
      !held.some((one) => one === `repro/${path}` || one.startsWith(`repro/${path}/`)),
  );
  if (foreign === undefined) return;
  throw badRequest(
    `${file}: refused: it asks for '${oneLine(foreign, 100)}', which is not in it`,
    "ask whoever made it for the bundle again",
  );
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

async function again(bundle: Bundle, folder: string, args: VerifyArgs, context: CliContext): Promise<number> {
  for (const [path, content] of bundle.files) {
    if (!path.startsWith("repro/")) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    const executable = bundle.index.executable.includes(path.slice("repro/".length));
    await writeFile(join(folder, path), content, { mode: executable ? 0o755 : 0o644 });
  }
  const { result: claimed } = bundle;
  const runs = args.runs ?? attemptsFor(claimed);
  // Load changes rates: as many at a time as it was, as far as this machine has the cores.
  const parallel = Math.min(claimed.plan.parallel, availableParallelism());
  const request: CampaignRequest = { ...bundle.index.request, stop: { runs }, parallel };
  const repro = await loadRepro(join(folder, "repro"), [], folder);
  const {
    plan,
    repro: staged,
    catalogue,
  } = await prepareLoaded(repro, await loadCatalogue(), request, ["verify", args.file], context.cwd);
  if (plan.repro.sourceHash !== claimed.plan.repro.sourceHash) {
    throw badRequest(
      `${args.file}: refused: its sources are not those that its result speaks of`,
      "its repro/ was changed",
    );
  }
  refuseLoosened(plan, args);
  const { carryOut } = await import("../campaign/carry-out.js");
  const engine = await openEngine(args, context);
  const progress = openProgress(args.progress, context);
  const { result: found } = await carryOut({
    plan,
    repro: staged,
    catalogue,
    engine,
    store: new CampaignStore(join(context.cwd, CAMPAIGNS_FOLDER)),
    sink: progress.sink,
    signal: context.signal,
    base: args.base,
    platform: args.platform,
    snapshotArchive: snapshotArchive(args, context.cwd),
  }).finally(() => progress.close());
  context.signal.throwIfAborted();
  const claims = checkClaims(claimed, found);
  const code = claimsExitCode(claims);
  if (args.json === true) {
    context.stdout.write(
      `${JSON.stringify({ bundle: bundle.index.campaign, runs, verified: code === 0, claims }, null, 2)}\n`,
    );
  } else {
    const title = oneLine(claimed.plan.repro.title, 200);
    context.stdout.write(`${title}: ${runs} attempts in each environment\n\n`);
    context.stdout.write(
      columns(
        claims.map(({ environment, what, verdict, why }) =>
          // They quote the bundle, a stranger's.
          [environment, what, verdict, why].map((text) => oneLine(text, 300)),
        ),
      ),
    );
    context.stdout.write(`\n${verdict(claims, code)}\n`);
  }
  return code;
}

/** The last line: what came of it, and by which claims. */
function verdict(claims: readonly Claim[], code: number): string {
  if (code === 0) return "verified: every claim that decides holds";
  const verdict = code === 1 ? "does not hold" : "could not be checked";
  const which = claims
    .filter((claim) => claim.verdict === verdict && decides(claim))
    .map(({ environment, what }) => oneLine(`${what} (${environment})`, 100));
  const named =
    which.length > 4 ? `${which.slice(0, 4).join(", ")} and ${which.length - 4} more` : which.join(", ");
  return `not verified: ${verdict}${code === 1 ? "" : " here"}: ${named || "no claim decides"}`;
}
