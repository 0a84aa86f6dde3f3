#!/usr/bin/env node
// Writes the catalogue as JSON, all that the command line loads into a few files of dist/bundle/, and dist/cli.js, which loads them: Node
// starts slowly from many files. They are CommonJS, of which Node 20 can keep what it compiled (src/cli/compiled-code.ts). The library
// (dist/index.js) stays as tsc wrote it, with its dependencies beside it.
import { chmod, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, URL } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));

// dockerode loads an SSH client, a gRPC server and protobuf at once; vivarium dials ssh:// with the user's own ssh, logs in to registries
// by header, and reads builds itself. linkedom loads a parser of style sheets, which no plot has. None is ever called.
const UNUSED =
  /node_modules\/(?:docker-modem\/lib\/ssh|dockerode\/lib\/(?:session|buildkit)|cssomnom\/.*\/parse)\.[cm]?js$/;
const withoutUnused = {
  name: "without-unused",
  load: (id) => {
    const path = id.replaceAll("\\", "/");
    if (!UNUSED.test(path)) return null;
    const unused = "() => { throw new Error('this is not in the bundle'); }";
    return path.includes("cssomnom") ? `export const parse = ${unused};` : `module.exports = ${unused};`;
  },
};

// What measures the width of text makes a segmenter and the pattern of all emoji as it is loaded, and needs neither for ASCII. Plot makes
// a format of numbers, which our axes do not use. cephes makes its WebAssembly, which nobody asks before the first attempt has ended.
const LATER = [
  [
    /^const (\w+) = (new Intl\.Segmenter\(.*\));$/m,
    "let own$1;\nconst $1 = { segment: (text) => (own$1 ??= $2).segment(text) };",
  ],
  [
    /^const (\w+) = \/(\^\\p\{RGI_Emoji\}\$)\/v;$/m,
    'let own$1;\nconst $1 = { test: (text) => (own$1 ??= new RegExp(String.raw`$2`, "v")).test(text) };',
  ],
  [
    /^var (cephes) = (new CephesWrapper\(\));$/m,
    "let own$1;\nconst $1 = new Proxy({}, { get: (_, name) => (own$1 ??= $2)[name] });",
  ],
  [/^const compiled = cephes\.compiled \?\? (Promise\.resolve\(\));$/m, "const compiled = $1;"],
  [/^ {2}const format = (numberFormat\(locale\));\n(.*)\bformat\.format/m, "$2$1.format"],
];
const madeLater = {
  name: "made-later",
  transform: (code, id) =>
    /node_modules\/(?:string-width|slice-ansi|wrap-ansi|@observablehq\/plot|cephes)\//.test(
      id.replaceAll("\\", "/"),
    )
      ? LATER.reduce((text, [now, later]) => text.replace(now, later), code)
      : null,
};

// docker-modem writes each request into a debug message, wanted or not.
const quiet = {
  name: "quiet",
  transform: (code, id) =>
    id.replaceAll("\\", "/").endsWith("docker-modem/lib/modem.js")
      ? code.replace("debug('Sending:", "debug.enabled && debug('Sending:")
      : null,
};

// The module of cephes for browsers brings a Buffer of its own, which is slow to read its WebAssembly; readable-stream is Node's own
// streams once more, and stands back for them where READABLE_STREAM=disable says so.
const forNode = {
  name: "for-node",
  resolveId: (source) =>
    source === "cephes"
      ? join(root, "node_modules/cephes/index.js")
      : source === "readable-stream"
        ? { id: "node:stream", external: true }
        : // It looks for its WebAssembly beside itself.
          source === "web-tree-sitter"
          ? { id: source, external: true }
          : null,
};

// The module of cephes that CommonJS gets is compiled as it is loaded: nothing is there to wait for.
const compiledAtOnce = {
  name: "compiled-at-once",
  transform: (code, id) => {
    if (!id.replaceAll("\\", "/").endsWith("src/stats/special-functions.ts")) return null;
    const wait = "await compiled;";
    if (!code.includes(wait)) throw new Error(`${id} has no '${wait}' to take out`);
    return code.replace(wait, "");
  },
};

const STAGES = {
  start: ["cli/main", "commands/run"],
  engine: ["docker/connection/connect", "campaign/carry-out"],
  statistics: ["campaign/stop-statistics"],
  end: ["campaign/capture-crashes", "campaign/close-campaign", "report/html", "cli/summary"],
};

await writeFile(join(root, "dist/catalogue.json"), JSON.stringify(await builtCatalogue()));

const build = await rolldown({
  cwd: root,
  input: { main: "src/cli/main.ts" },
  platform: "node",
  plugins: [withoutUnused, madeLater, quiet, forNode, compiledAtOnce],
  logLevel: "warn",
  // The library needs what the bundle does not. yargs asks where a configuration lies that another extends, which vivarium has none of.
  checks: { ineffectiveDynamicImport: false, emptyImportMeta: false },
});
// Names of functions stay, for the stack traces of --debug; comments, white space and long names inside only take time to read.
const minify = { compress: false, mangle: { keepNames: true }, codegen: { removeWhitespace: true } };
// Two folders below the root, as the sources are: what is looked up from import.meta.url is found from both.
const names = "bundle/[name]-[hash].cjs";
const options = {
  dir: join(root, "dist"),
  format: "cjs",
  // Code that is kept for the next start cannot carry out an import() (src/cli/compiled-code.ts).
  dynamicImportInCjs: false,
  entryFileNames: names,
  chunkFileNames: names,
  minify,
};
const stages = stagesOf((await build.generate(options)).output);
const { output } = await build.write({
  ...options,
  codeSplitting: {
    groups: Object.keys(STAGES).map((name, i) => ({
      name,
      test: (id) => stages.get(id) === name,
      priority: 9 - i,
    })),
  },
});
await build.close();

const start = await rolldown({
  cwd: root,
  input: { cli: "src/cli.ts" },
  platform: "node",
  transform: { define: { BUNDLE: JSON.stringify(`./${output.find(({ isEntry }) => isEntry).fileName}`) } },
});
await start.write({ dir: join(root, "dist"), format: "esm", minify });
await start.close();
// npm makes it so where it first puts the command on the PATH, and not where that is there from another clone.
await chmod(join(root, "dist/cli.js"), 0o755);

const written = new Set(output.map(({ fileName }) => fileName));
for (const name of await readdir(join(root, "dist/bundle"))) {
  if (!written.has(`bundle/${name}`)) await rm(join(root, "dist/bundle", name));
}
await writeFile(join(root, "dist/bundle/LICENSES.txt"), await licenses(output));

/**
 * In which file of a few a module goes, by its id, where a `run` needs it: before it asks for an engine, while it talks to one, while a
 * container starts, and at its end.
 * Left alone, what several verbs share comes in seventy files, each of which is looked up, opened and linked.
 */
function stagesOf(chunks) {
  const byFile = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const entry = (source) => {
    const isIt = (id) => id?.replaceAll("\\", "/").endsWith(`/src/${source}.ts`);
    const chunk = chunks.find(
      ({ facadeModuleId, modules }) => isIt(facadeModuleId) || Object.keys(modules ?? {}).some(isIt),
    );
    if (chunk === undefined) throw new Error(`src/${source}.ts is in no chunk`);
    return chunk;
  };
  const stages = new Map();
  const seen = new Set();
  const put = (chunk, stage) => {
    if (seen.has(chunk)) return;
    seen.add(chunk);
    // A chunk that stands for its entry alone holds no module: what it imports does.
    for (const id of Object.keys(chunk.modules ?? {})) if (!stages.has(id)) stages.set(id, stage);
    for (const file of chunk.imports) if (byFile.has(file)) put(byFile.get(file), stage);
  };
  for (const [stage, sources] of Object.entries(STAGES)) {
    for (const source of sources) put(entry(source), stage);
  }
  return stages;
}

/** The catalogue with its text, by which whoever loads it knows whether it is still what that says. */
async function builtCatalogue() {
  const { readCatalogue } = await import("../dist/request/shelves.js");
  const text = await readFile(join(root, "dockerfiles/catalogue.yaml"), "utf8");
  return { text, catalogue: await readCatalogue(text) };
}

/** The licence of every package that is in the bundle: most ask that their text goes with the code. */
async function licenses(chunks) {
  const modules = chunks.flatMap((chunk) => Object.keys(chunk.modules ?? {}));
  const folders = new Set(
    modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []),
  );
  const texts = await Promise.all([...folders].sort().map(licenseOf));
  return `${texts.join(`\n${"-".repeat(80)}\n\n`)}`;
}

async function licenseOf(folder) {
  const { name, version, license, author } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((each) => /^(licen[cs]e|copying)/i.test(each));
  const by = typeof author === "string" ? author : author?.name;
  const text = file === undefined ? `by ${by ?? "its authors"}` : await readFile(join(folder, file), "utf8");
  return `${name} ${version} (${license ?? "see below"})\n\n${text.trim()}\n`;
}
