import { execa } from "execa";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parseSearch } from "../../src/search/finished.js";
import { wayInto } from "../docker/way-into.js";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

test("goes into a function of Go's tree, and down into the call in it that matters", async () => {
  const main = `package main

import "path"

func main() {
	if path.Join("a", ".", "b") == "a/b" {
		panic("joined")
	}
}
`;
  const manifest =
    "name: joined\ntitle: joined\nlanguage: go\nsources: [main.go]\nenvironments: [glibc-2.36]\ncgo: false\n";
  const { details, answer } = await wayInto(
    "joined",
    { "main.go": main, "repro.yaml": manifest },
    "path.Join",
  );
  expect(details.into?.map((each) => [each.function, each.call?.needs, each.call?.verdict])).toEqual([
    ["the program", "the call of path.Join", "needed"],
    ["path.Join", "the call of Clean", "needed"],
    ["path.Clean", "the call of out.string", "needed"],
    // It calls nothing.
    ["path.(*lazybuf).string", undefined, undefined],
  ]);
  expect(details.needs).toEqual(["the call of out.string"]);
  expect(answer[0]).toMatch(
    /^The crash needs the call of out\.string \(\$GOROOT\/src\/path\/path\.go:\d+\), through path\.Join and path\.Clean\.$/,
  );
});

test("goes down from net.Dial to the wait for a socket that becomes writable, as the post about golang/go#13470 did", async () => {
  const folder = await mkdtemp(join(tmpdir(), "vivarium-into-"));
  try {
    // Without a name to look up: the look-up alone would move the goroutine to another thread.
    const asked = ["golang-13470", "--variant", "numeric", "--env", "glibc-2.36", "--into", "net.Dial"];
    const { stdout } = await execa("node", [CLI, "ablate", ...asked, "--json", "--progress", "none"], {
      cwd: folder,
    });
    const { details } = parseSearch(stdout, "golang-13470") ?? {};
    if (details?.kind !== "ablate") throw new Error("that is no ablation");
    const way = (details.into ?? []).map(({ function: name, call }) => [name, call?.needs]);
    console.log(way);
    expect(way).toContainEqual(["net.Dial", "the call of d.Dial"]);
    expect(way).toContainEqual(["net.(*netFD).dial", "the call of fd.connect"]);
    expect(way).toContainEqual(["net.(*netFD).connect", "the call of fd.pfd.WaitWrite"]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
