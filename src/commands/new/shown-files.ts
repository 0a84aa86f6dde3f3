import { basename } from "node:path";
import { buildFileIn, sourcesNamedIn, usable } from "./build-file.js";
import type { Build } from "../../manifest/project.js";
import type { CodeBlock, Program } from "./block.js";
import { pathOf, programIn } from "./code-block.js";

/** The files that a text shows, and what becomes of each. */
export interface ShownFiles {
  /** Path of the program; null where the text and its build say none. */
  readonly program: string | null;
  /** Further files of the program, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** What is kept beside them, and is none of the program's sources. */
  readonly beside: Readonly<Record<string, string>>;
  /** What is laid over the container's root: its path there -> a file of `beside`. */
  readonly laid: Readonly<Record<string, string>>;
  /** How the text's own build makes the program; null where it has none, or none that can be had here. */
  readonly build: Build | null;
  /** What the user should know of them. */
  readonly notes: readonly string[];
}

const MAX_FILES = 200;
/** What the repro itself is written to: no stranger's text takes these places. */
export const OWN_FILES = /^(?:repro\.ya?ml|issue\.md|crash\.log)(?:\/|$)/i;
/** Languages whose files are compiled together, and find each other by their names alone where no build says more. */
const FLAT = new Set(["c", "c++"]);
/** A file of the system's configuration, at the end of the line before a block. The loader's own files are not among them. */
const OF_SYSTEM =
  /(?:^|[\s`"'*(])(\/etc(?:\/(?!ld\.so)\w[\w.+-]{0,60}){1,4})[`"'*)]{0,3}\s*(?:has|contains|is)?\s*:?\s*$/;
const SHELL = /^(?:console|sh|bash|shell|shell-session|text|log|diff|patch)$/;
/** What a block of data or configuration is called. */
const DATA = /^(?:toml|ya?ml|json|ini|conf|cfg|xml|dockerfile|cmake|make|makefile|meson|nix|bazel|gradle)$/;

/** Sorts the blocks of a text: files of the program, its build, configuration, changes. */
export function shownFiles(blocks: readonly CodeBlock[], program: Program, block: CodeBlock): ShownFiles {
  const others = blocks.filter((each) => each !== block && programIn(each) === null);
  const built = fromBuild(others, program, block);
  const kept = built.build === null ? furtherFiles(others, program, FLAT.has(program.language)) : built.files;
  const diffs = changes(others);
  const system = configuration(others);
  const taken = new Set([...Object.values({ ...kept, ...built.beside, ...diffs, ...system.beside })]);
  const left = others.filter(({ info, text }) => DATA.test(info) && !taken.has(text));
  return {
    program: built.build === null ? (program.file ?? null) : built.program,
    files: kept,
    beside: { ...built.beside, ...diffs, ...system.beside },
    laid: system.laid,
    build: built.build,
    notes: [
      ...built.notes,
      ...Object.keys(diffs).map((name) => `${name}: a change that the text shows; kept, but not applied`),
      ...Object.keys(system.laid).map(
        (path) => `${path}: in the container it is as the text shows it (files: in repro.yaml)`,
      ),
      ...(left.length === 0
        ? []
        : [`left out (only issue.md has it): ${left.map(({ info }) => `a block of ${info}`).join(", ")}`]),
    ],
  };
}

type Built = Pick<ShownFiles, "program" | "files" | "beside" | "build" | "notes">;

/** The program as its own build makes it, where the text holds all that the build names. */
function fromBuild(others: readonly CodeBlock[], program: Program, block: CodeBlock): Built {
  const none: Built = { program: null, files: {}, beside: {}, build: null, notes: [] };
  const file = buildFileIn(others);
  if (file === null) return none;
  const { name, text } = file;
  const rest = others.filter((each) => each !== file.block);
  const files = furtherFiles(rest, program, false);
  const missing = sourcesNamedIn(file).filter((path) => !(path in files));
  // What the build names and no block is said to be is the program.
  const path =
    program.file ?? pathOf(block) ?? (missing.length === 1 ? missing[0] : defaultPath(name)) ?? null;
  const how = usable(file, (each) => each in files || each === path);
  if ("why" in how || path === null || OWN_FILES.test(path) || path in files) {
    const why = "why" in how ? how.why : "the text does not say which file the program is";
    return { ...none, beside: { [name]: text }, notes: [`${name}: kept, but not used: ${why}`] };
  }
  return {
    program: path,
    files: { ...files, [name]: text },
    beside: {},
    build: how,
    notes: [`built by its ${name}`],
  };
}

function defaultPath(name: string): string | null {
  return name === "Cargo.toml" ? "src/main.rs" : null;
}

/** A program of one block may include others: blocks that are said to be a file. `flat`: without the folders of their paths. */
function furtherFiles(others: readonly CodeBlock[], program: Program, flat: boolean): Record<string, string> {
  const named = others.flatMap((block): [string, string][] => {
    const path = pathOf(block) ?? moduleFile(block, program);
    if (path === null || OWN_FILES.test(path)) return [];
    return [[flat && block.file === undefined ? basename(path) : path, block.text]];
  });
  // A path is a file or a folder, and not both.
  const isFolder = (name: string): boolean => named.some(([other]) => other.startsWith(`${name}/`));
  return Object.fromEntries(named.slice(0, MAX_FILES).filter(([name]) => !isFolder(name)));
}

/** A module of Go's that needs no other: which Go its program is written for. */
function moduleFile({ text }: CodeBlock, { language }: Program): string | null {
  const isModule = language === "go" && /^module \S+$/m.test(text) && /^go \d/m.test(text);
  return isModule && !/^require\b/m.test(text) ? "go.mod" : null;
}

/** Changes to files, by the name of the first file of each. */
function changes(others: readonly CodeBlock[]): Record<string, string> {
  const found = others.flatMap(({ info, text, file }): [string, string][] => {
    const target = /^\+\+\+ (?:b\/)?(\S+)/m.exec(text)?.[1] ?? "change";
    const isDiff = file === undefined && /^--- \S/m.test(text) && /^@@ /m.test(text);
    return isDiff || /^(?:diff|patch)$/.test(info) ? [[`${safeName(target)}.diff`, text]] : [];
  });
  return Object.fromEntries(found.slice(0, MAX_FILES));
}

/** The last part of a path, of letters that any folder takes. */
function safeName(path: string): string {
  return (
    basename(path)
      .replace(/[^\w.+-]/g, "")
      .replace(/^\.+/, "")
      .slice(0, 60) || "change"
  );
}

/** Files of the system's configuration. Those of one name in two folders are kept by their whole paths. */
function configuration(others: readonly CodeBlock[]): Pick<ShownFiles, "beside" | "laid"> {
  const found = others.flatMap(({ info, before = "", text }): [string, string][] => {
    const path = SHELL.test(info) ? undefined : OF_SYSTEM.exec(before)?.[1];
    return path === undefined || OWN_FILES.test(basename(path)) ? [] : [[path, text]];
  });
  const paths = [...new Set(found.map(([path]) => path))];
  const keptAs = (path: string): string => {
    const isAlone = paths.every((other) => other === path || basename(other) !== basename(path));
    return isAlone ? basename(path) : path.slice(1).replaceAll("/", "-");
  };
  return {
    beside: Object.fromEntries(found.map(([path, text]) => [keptAs(path), text])),
    laid: Object.fromEntries(paths.map((path) => [path, keptAs(path)])),
  };
}
