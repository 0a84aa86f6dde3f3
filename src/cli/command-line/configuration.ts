import { readFile, stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { badRequest } from "../../failure.js";
import { Configuration } from "../../manifest/configuration.js";
import type { CliContext } from "../command.js";
import { foldersAbove } from "../../workspace/folders-above.js";

const FILE = "vivarium.config.yaml";

/** Defaults of flags, by the flags' names: sources are there as `--source` takes them. */
type Defaults = Omit<Configuration, "sources"> & { readonly source?: readonly string[] };

/** Defaults from the configuration file and, over them, from VIVARIUM_… variables; flags stand over both. */
export async function configuration(
  argv: readonly string[],
  { cwd, env }: Pick<CliContext, "cwd" | "env">,
): Promise<Defaults> {
  const file = await read(argv, cwd);
  const fromEnv: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(Configuration.omit({ sources: true }).shape)) {
    const name = `VIVARIUM_${key.toUpperCase()}`;
    const text = env[name];
    if (text === undefined || text === "") continue;
    const number = /^\d+$/.test(text) ? Number(text) : text;
    const value = text === "true" ? true : text === "false" ? false : number;
    const parsed = schema.safeParse(value);
    if (!parsed.success)
      throw badRequest(
        `${name}=${text}: ${parsed.error.issues[0]?.message ?? "not valid"}`,
        `set it as you would --${key}, or unset it`,
      );
    fromEnv[key] = parsed.data;
  }
  return { ...file, ...fromEnv };
}

async function read(argv: readonly string[], cwd: string): Promise<Defaults> {
  const at = argv.findIndex((word) => word === "--config" || word.startsWith("--config="));
  const named = at < 0 ? undefined : argv[at]?.includes("=") ? argv[at]?.slice(9) : argv[at + 1];
  const path = named === undefined ? await search(cwd) : resolve(cwd, named);
  if (path === null) return {};
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw badRequest(
      `--config ${named}: cannot be read: ${error.message}`,
      `a configuration is a file such as ${FILE}`,
      error,
    );
  });
  if (text.trim() === "") return {};
  // Loaded where there is a file to read: every verb comes by here as it starts.
  const { parseDocumentAs } = await import("../../manifest/document.js");
  const { Manifest } = await import("../../manifest/repro.js");
  const { sources, ...given } = parseDocumentAs(Configuration, text, relative(cwd, path) || path, [
    { name: "a repro's repro.yaml", schema: Manifest },
  ]);
  if (sources === undefined) return given;
  const source = Object.entries(sources).map(
    ([name, folder]) => `${name}=${folder.startsWith("deb:") ? folder : resolve(dirname(path), folder)}`,
  );
  return { ...given, source };
}

/** The nearest configuration file at or above the current folder. */
async function search(from: string): Promise<string | null> {
  for (const folder of await foldersAbove(from)) {
    const path = join(folder, FILE);
    if ((await stat(path).catch(() => null))?.isFile() === true) return path;
  }
  return null;
}
