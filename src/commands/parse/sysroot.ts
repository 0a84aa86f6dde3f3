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
    const here = await inRoot(top, path);
    if (here !== null) files.push(`${here}:${path}`);
  }
  if (files.length === 0 && paths.length > 0)
    throw badRequest(
      `--sysroot ${named}: it has none of the core's libraries`,
      `one of them is looked for at ${join(named, paths.find((path) => path.includes(".so")) ?? "lib")}`,
    );
  return files;
}

/** The copy of a file, under /usr or not: on most systems /lib is a link to /usr/lib, which copies lose. */
async function inRoot(top: string, path: string): Promise<string | null> {
  for (const place of [path, path.replace(/^\/usr(?=\/lib)/, ""), `/usr${path}`]) {
    const here = await realpath(join(top, place)).catch(() => null);
    if (here?.startsWith(top + sep) === true && (await stat(here)).isFile()) return here;
  }
  return null;
}
