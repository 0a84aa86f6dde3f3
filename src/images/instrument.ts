import { createHash } from "node:crypto";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Container, Engine, FolderEntry } from "../docker/engine.js";
import { lastingInfrastructure, type Failure } from "../failure.js";
import { userCache } from "../user-cache.js";
import type { Instrument } from "./binary.js";

const PLACE = "/opt/vivarium";
const RUNNER = `${PLACE}/runner`;
const BOUNDS = { bytes: 512 * 1024 ** 2, entries: 50_000 };

/** What is asserted of an image: that its runner is ours, for attempts; that all that measures is, for captures. */
export type InstrumentPart = keyof Instrument;

/** Where an image's files are read from: a container of it, or the engine. */
export type FilesOf = Pick<Container, "readFile" | "readFolder">;

/** An image's files as the engine gives them. */
export function imageFiles(engine: Pick<Engine, "readFile" | "readFolder">, image: string): FilesOf {
  return {
    readFile: (path) => engine.readFile(image, path),
    readFolder: (path, bounds) => engine.readFolder(image, path, bounds),
  };
}

/** An image, and what of it is to be as in its environment. */
export interface Claim {
  readonly part: InstrumentPart;
  /** The engine's image id. */
  readonly image: string;
  /** The environment's own. */
  readonly expected: Instrument | undefined;
  /** What messages call it: the cell. */
  readonly what: string;
}

/**
 * Images whose instrument was compared with their environment's, by the engine's word and not by that of anything that runs in a container. An
 * image's id is the checksum of all that it holds, so what was seen of it once holds for ever, and is noted in the user's own cache folder.
 */
export class KnownInstruments {
  private readonly asked = new Map<string, Promise<void>>();

  constructor(private readonly notes = userCache("instruments")) {}

  /** Throws a Failure("infrastructure") where the image holds another runner, or other tools, than its environment. */
  async assert(claim: Claim, files: FilesOf): Promise<void> {
    const { part, image, expected } = claim;
    if (expected === undefined)
      throw differs(claim, "its environment has no checksum of it", "build it again ('vivarium build')");
    const key = digest(`${part} ${image} ${expected[part]}`);
    const known = this.asked.get(key) ?? this.compare(claim, expected[part], join(this.notes, key), files);
    this.asked.set(key, known);
    // A look that failed is no finding: the next start looks again.
    known.catch(() => this.asked.delete(key));
    await known;
  }

  private async compare(claim: Claim, expected: string, note: string, files: FilesOf): Promise<void> {
    if (await isThere(note)) return;
    const real =
      claim.part === "runner"
        ? digest(await files.readFile(RUNNER))
        : digestOfAll(await files.readFolder(PLACE, BOUNDS));
    if (real !== expected) {
      const remedy = "nothing that it reports counts: look at the repro's files and at its build";
      throw differs(claim, `its sha256 is ${real}, and not ${expected}`, remedy);
    }
    // A note that cannot be written costs the next start a look, and nothing else.
    await mkdir(this.notes, { recursive: true })
      .then(() => writeFile(note, ""))
      .catch(() => undefined);
  }
}

/** Those that this process knows. */
export const knownInstruments = new KnownInstruments();

/** sha256 of the list that `sha256sum` makes of all files but the facts, sorted by path: as facts.sh does it. */
export function digestOfAll(entries: readonly FolderEntry[]): string {
  const lines = entries
    .flatMap((entry) => (entry.kind === "file" ? [entry] : []))
    .filter(({ path }) => path !== "facts")
    .map(({ path, content }) => ({ path: Buffer.from(path), line: `${digest(content)}  ./${path}\n` }))
    .sort((a, b) => Buffer.compare(a.path, b.path));
  return digest(lines.map(({ line }) => line).join(""));
}

function differs({ what, part }: Claim, why: string, remedy: string): Failure {
  const name = part === "runner" ? "the runner" : "gdb, or another tool of the captures,";
  return lastingInfrastructure(`${what}: ${name} in its image is not vivarium's own: ${why}`, remedy);
}

function digest(content: Buffer | string): string {
  return createHash("sha256").update(content).digest("hex");
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
