import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { badRequest } from "../failure.js";
import type { ReproFolder } from "../manifest/load.js";
import { didYouMean, nearestNames } from "../manifest/nearest.js";
import type { CampaignRequest } from "../plan/request.js";

/** Folder of the repro's copy that holds the files which flags name. */
export const FLAGS_FOLDER = "from-flags";

/** Takes the files that `--file`, `--stdin` and a patch of its sources name into the repro, so that the request speaks of its files alone. */
export async function takeOutsideFiles(
  repro: ReproFolder,
  request: CampaignRequest,
  cwd: string,
): Promise<{ readonly repro: ReproFolder; readonly request: CampaignRequest }> {
  const { files, stdin } = request.run ?? {};
  const { patches } = request;
  if (files === undefined && stdin === undefined && patches === undefined) return { repro, request };
  const outside: Record<string, string> = { ...repro.outside };
  const take = async (named: string, flag: string): Promise<string> => {
    // A campaign that goes on, or a bundle: the file was taken before, and lies in the copy.
    const before = named.startsWith(`${FLAGS_FOLDER}/`) ? join(repro.path, named) : null;
    if (before !== null && (await stat(before).catch(() => null)) !== null) {
      outside[named] = before;
      return named;
    }
    const path = resolve(cwd, named);
    const found = await stat(path).catch(() => null);
    if (found === null) {
      const beside = await readdir(dirname(path)).catch(() => []);
      const near = nearestNames(basename(path), beside);
      const remedy = near.length > 0 ? didYouMean(basename(path), near) : `it is looked for at ${path}`;
      throw badRequest(`${flag} ${named}: there is no such file`, remedy);
    }
    if (!found.isFile() && !found.isDirectory())
      throw badRequest(`${flag} ${named}: neither a file nor a folder`);
    const to = `${FLAGS_FOLDER}/${Object.keys(outside).length}-${basename(path)}`;
    outside[to] = path;
    return to;
  };
  const taken: Record<string, string> = {};
  for (const [to, named] of Object.entries(files ?? {})) taken[to] = await take(named, "--file");
  const input = stdin === undefined ? undefined : await take(stdin, "--stdin");
  const diffs: string[] = [];
  for (const named of patches ?? []) diffs.push(await take(named, "--patch"));
  return {
    repro: { ...repro, outside },
    request: {
      ...request,
      ...(patches === undefined ? {} : { patches: diffs }),
      run: { ...request.run, files: taken, ...(input === undefined ? {} : { stdin: input }) },
    },
  };
}
