import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect } from "../../src/docker/connection/connect.js";
import type { Engine } from "../../src/docker/engine.js";
import { loadRepro } from "../../src/manifest/load.js";
import { loadCatalogue } from "../../src/request/shelves.js";
import { prepareLoaded } from "../../src/request/prepare.js";
import type { AblateDetails } from "../../src/result/search/ablate-details.js";
import { ablateInto } from "../../src/search/into/into.js";
import { beginSearch } from "../../src/search/open-search.js";

let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vivarium-ablate-"));
  engine = await connect({ env: process.env });
});
afterAll(async () => {
  await engine.removeAllLive();
  engine.close();
  await rm(folder, { recursive: true, force: true });
});

async function wayInto(
  name: string,
  files: Readonly<Record<string, string>>,
  into: string,
): Promise<{ details: AblateDetails; answer: readonly string[] }> {
  const path = join(folder, name);
  await mkdir(path);
  for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text);
  const request = { stop: { runs: 4 }, seed: 1, parallel: 2 };
  const prepared = await prepareLoaded(
    await loadRepro(path, [], folder),
    await loadCatalogue(),
    request,
    ["ablate", name],
    folder,
  );
  const search = await beginSearch(folder, {
    kind: "ablate",
    request: {},
    command: ["ablate", name],
    repro: name,
  });
  try {
    const { details, answer } = await ablateInto(
      {
        prepared,
        search,
        engine,
        settings: {},
        sink: () => undefined,
        signal: new AbortController().signal,
      },
      into,
    );
    if (details.kind !== "ablate") throw new Error("that is no ablation");
    return { details, answer };
  } finally {
    await search.close();
  }
}

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

test("goes into a function of a program in C, in another of its files", async () => {
  const files = {
    "main.c": "int answer(int);\nint main(void)\n{\n    return answer(3);\n}\n",
    "answer.c":
      '#include <stdio.h>\n#include <stdlib.h>\n\nstatic void check(int n)\n{\n    puts("checked");\n    if (n > 2)\n        abort();\n}\n\nint answer(int n)\n{\n    puts("asked");\n    check(n);\n    return 0;\n}\n',
    "repro.yaml":
      "name: checked\ntitle: checked\nlanguage: c\nsources: [main.c, answer.c]\nenvironments: [glibc-2.36]\n",
  };
  const { details } = await wayInto("checked", files, "answer");
  expect(details.into?.map((each) => [each.function, each.place.file])).toEqual([
    ["answer", "answer.c"],
    ["check", "answer.c"],
  ]);
  expect(details.into?.at(-1)?.call?.needs).toBe("the call of abort");
});
