import { posix } from "node:path";
import type { Binary } from "../images/binary.js";
import type { Cell, LibcPin } from "../plan/plan.js";
import type { MappedFiles } from "../run/mapped-files.js";

type Libc = Pick<LibcPin, "family" | "version" | "package">;

/** The libc that a cell's program really ran on. */
export interface LibcInUse {
  readonly libc: Libc;
  /** What is not as the environment's name says, in words; null where it is. */
  readonly note: string | null;
  /** A second one that a static program loaded while it ran. */
  readonly loaded?: Libc;
}

/** What tells of it. */
export interface LibcClues {
  readonly cell: Cell;
  readonly binary: Pick<Binary, "program" | "linked" | "builtIn" | "ranOn">;
  /** What was mapped; null where that was not seen, and then only the program's headers tell. */
  readonly mapped: MappedFiles | null;
}

const UNKNOWN = "unknown";
/** Where a repro's own files lie, and what a program writes itself. */
const OWN_FOLDERS = ["/opt/repro/", "/opt/candidates/", "/repro/", "/tmp/", "/dev/shm/"];
const LIBC = /^(?:libc\.so\.6|libc-\d[\d.]*\.so|ld-musl-[\w-]+\.so\.1|libc\.musl-[\w-]+\.so\.1|libc\.so)$/;

/** Which libc a program ran on: the environment's, one that it holds, one that the repro brings, or another one of the image. Pure. */
export function libcInUse(clues: LibcClues): LibcInUse {
  const { cell, binary, mapped } = clues;
  const environment = binary.ranOn.libc;
  const asked = { libc: environment, note: null };
  const found = mapped?.files.filter((path) => LIBC.test(posix.basename(plain(path)))) ?? null;
  if (mapped !== null && mapped.executable !== binary.program) return ofAnother(clues, mapped, found ?? []);
  if (binary.linked == null) return asked;
  if (binary.linked.loader === null) return ofStatic(clues, found ?? []);
  // A static program may load a second libc; of a dynamic one the first is the one that it runs on.
  const path = found === null ? binary.linked.loader : found[0];
  if (path === undefined) return asked;
  return ofPath(path, cell, binary);
}

function ofStatic({ cell, binary }: LibcClues, loaded: readonly string[]): LibcInUse {
  const { libc: environment } = binary.ranOn;
  const held = heldLibc(cell, binary);
  if (held !== null && held.family === environment.family && held.version === environment.version)
    return { libc: environment, note: null };
  if (held === null && cell.ranOn.id === cell.builtIn.id) return { libc: environment, note: null };
  const told = held === null ? "the program is static" : `the program is static and holds ${named(held)}`;
  const libc = { ...(held ?? binary.builtIn.libc), package: "held by the program" };
  const [second] = loaded;
  if (second === undefined)
    return { libc, note: `${told}: ${named(environment)} of this environment does not reach it` };
  const note = `${told}; while it runs it loads ${plain(second)} of ${named(environment)}, too`;
  return { libc, note, loaded: environment };
}

/** What a static program holds: what its environment links with. A prebuilt one says its family alone, as a rule. */
function heldLibc(
  cell: Cell,
  { linked, builtIn }: LibcClues["binary"],
): Pick<Libc, "family" | "version"> | null {
  const holds = linked?.holds ?? null;
  if (holds === null) return null;
  const { family } = holds;
  if (holds.version !== null || cell.build.language === "prebuilt")
    return { family, version: holds.version ?? UNKNOWN };
  if (family === builtIn.libc.family) return { family, version: builtIn.libc.version };
  const [, version] = packageOf(family, builtIn.packages);
  return { family, version: version === null ? UNKNOWN : upstream(version) };
}

/** The program started another in its place, which may have another libc. */
function ofAnother(
  { cell, binary }: LibcClues,
  { executable }: MappedFiles,
  found: readonly string[],
): LibcInUse {
  const [path] = found;
  if (path === undefined) return { libc: binary.ranOn.libc, note: null };
  const { libc, note } = ofPath(path, cell, binary);
  return { libc, note: note === null ? null : `it became ${executable}; ${note}` };
}

function ofPath(path: string, cell: Cell, { ranOn }: LibcClues["binary"]): LibcInUse {
  const environment = named(ranOn.libc);
  const file = plain(path);
  const family = familyOf(file);
  if (isBrought(file, cell)) {
    const libc = {
      family: family ?? ranOn.libc.family,
      version: UNKNOWN,
      package: `${file}, which the repro brings`,
    };
    return { libc, note: `the program runs on ${file}, which the repro brings, and not on ${environment}` };
  }
  if (family === null || family === ranOn.libc.family) return { libc: ranOn.libc, note: null };
  const [name, version] = packageOf(family, ranOn.packages);
  const libc = {
    family,
    version: version === null ? UNKNOWN : upstream(version),
    package: `${name} ${version ?? ""}`.trim(),
  };
  return {
    libc,
    note: `the program runs on ${file} of the image (${named(libc)}), and not on ${environment}`,
  };
}

/** Whether a file is the repro's own, or lies where a program writes. */
function isBrought(file: string, { run, condition }: Cell): boolean {
  const laid = [...Object.keys(run.files), ...Object.keys(condition?.files ?? {})].map(merged);
  const place = merged(file);
  return (
    OWN_FOLDERS.some((folder) => file.startsWith(folder)) ||
    laid.some((path) => place === path || place.startsWith(`${path}/`))
  );
}

function familyOf(file: string): Libc["family"] | null {
  const name = posix.basename(file);
  if (/musl/.test(file) || (name === "libc.so" && !/gnu/.test(file))) return "musl";
  return /^(libc\.so\.6|libc-|ld-linux|ld-\d)/.test(name) ? "glibc" : null;
}

function packageOf(
  family: Libc["family"],
  packages: Readonly<Record<string, string>>,
): [string, string | null] {
  const name = family === "glibc" ? "libc6" : "musl";
  return [name, packages[name] ?? null];
}

/** `2.36` of `2.36-9+deb12u10`. */
function upstream(version: string): string {
  return /^(?:\d+:)?([\d.]*\d)/.exec(version)?.[1] ?? UNKNOWN;
}

function named({ family, version }: Pick<Libc, "family" | "version">): string {
  return version === UNKNOWN ? `a ${family} of unknown version` : `${family} ${version}`;
}

/** Without what the kernel adds to a file that was removed while it was mapped. */
function plain(path: string): string {
  return path.replace(/ \(deleted\)$/, "");
}

/** One name for a folder that is a link today. */
function merged(path: string): string {
  return posix.normalize(path).replace(/^\/(bin|sbin|lib|lib32|lib64|libx32)(?=\/|$)/, "/usr/$1");
}
