import type { Engine, FolderEntry } from "../../docker/engine.js";
import { BOUNDS, linkedFile } from "../../images/program/left-by-build.js";
import { OUTPUT, PROGRAM } from "../../images/recipe/shape.js";

/**
 * What a cell's build left, for a bundle: `binary/CELL`, or, where it is more than the program, all of it in the folder `binary/CELL/`.
 * A bundle holds no links, so each is the file that it means.
 */
export async function programFiles(
  engine: Pick<Engine, "readFile" | "readFolder">,
  cell: string,
  binary: { readonly image: string; readonly program: string },
): Promise<Map<string, Buffer>> {
  const at = `binary/${cell.replace(/[^\w.-]+/g, "_")}`;
  const alone = async (): Promise<Map<string, Buffer>> =>
    new Map([[at, await engine.readFile(binary.image, binary.program)]]);
  if (binary.program !== PROGRAM) return alone();
  const entries = await engine.readFolder(binary.image, OUTPUT, BOUNDS);
  const files = filesOf(entries);
  if (files.length < 2) return alone();
  return new Map(files.map(([path, content]) => [`${at}/${path}`, content]));
}

function filesOf(entries: readonly FolderEntry[]): [string, Buffer][] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  return entries.flatMap(({ path }) => {
    const file = linkedFile(byPath, path);
    return file === null ? [] : [[path, file.content] as [string, Buffer]];
  });
}
