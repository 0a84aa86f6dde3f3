import { realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { badRequest } from "../../failure.js";

/**
 * The libraries of a core that lie in a copy of another machine's root, as `--file` takes them: each to where the process had it mapped. A link
 * that leads out of the copy is not followed.
 */
export async function sysrootFiles(root: string, named: string, paths: readonly string[]): Promise<string[]> {
  const top = await realpath(root).catch(() => null);
  if (top === null || !(await stat(top)).isDirectory())
    throw badRequest(`--sysroot ${named}: there is no such folder`);
  const files: string[] = [];
  for (const path of paths.filter((each) => /\.so(?:\.|$)|\/ld-/.test(each))) {
    const here = await realpath(join(top, path)).catch(() => null);
    if (here === null || !here.startsWith(top + sep)) continue;
    if ((await stat(here)).isFile()) files.push(`${here}:${path}`);
  }
  if (files.length === 0 && paths.length > 0)
    throw badRequest(
      `--sysroot ${named}: it has none of the core's libraries`,
      `one of them is looked for at ${join(named, paths.find((path) => path.includes(".so")) ?? "lib")}`,
    );
  return files;
}
