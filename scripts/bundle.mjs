#!/usr/bin/env node
// Writes dist/cli.js again, with all that the command line loads in a few files of dist/bundle/: from some 900 files, Node
// takes twice as long to start. The library (dist/index.js) stays as tsc wrote it, with its dependencies beside it.
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, URL } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));

// dockerode loads an SSH client and a gRPC server at once. vivarium dials ssh:// with the user's own ssh and logs in to
// registries by header, so neither is ever called: 80 ms of every start.
const UNUSED = /node_modules\/(?:docker-modem\/lib\/ssh|dockerode\/lib\/session)\.js$/;
const withoutUnused = {
  name: "without-unused",
  load: (id) =>
    UNUSED.test(id.replaceAll("\\", "/"))
      ? "module.exports = () => { throw new Error('this part of dockerode is not in the bundle'); };"
      : null,
};

const build = await rolldown({
  cwd: root,
  input: { cli: "src/cli.ts" },
  platform: "node",
  plugins: [withoutUnused],
  logLevel: "warn",
});
const { output } = await build.write({
  dir: join(root, "dist"),
  format: "esm",
  entryFileNames: "[name].js",
  // Two folders below the root, as the sources are: what is looked up from import.meta.url is found from both.
  chunkFileNames: "bundle/[name]-[hash].js",
});
await build.close();

const written = new Set(output.map(({ fileName }) => fileName));
for (const name of await readdir(join(root, "dist/bundle"))) {
  if (!written.has(`bundle/${name}`)) await rm(join(root, "dist/bundle", name));
}
await writeFile(join(root, "dist/bundle/LICENSES.txt"), await licenses(output));

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
