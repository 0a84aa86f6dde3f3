import { expect, test } from "vitest";
import { reproduce } from "../../src/index.js";
import type { ProgressEvent } from "../../src/progress/event.js";
import { folderOf } from "../commands/command-line.js";
import { reproFolder } from "./images-fixture.js";

test("a container that the engine will never start ends its cell after two refusals, and the reason is told once", async () => {
  const repro = await reproFolder({
    "main.c": "int main(void) { return 0; }\n",
    // The engine mounts a file of its own there, and finds a folder.
    "repro.yaml": JSON.stringify({
      name: "hosts",
      title: "x",
      language: "c",
      sources: ["main.c"],
      files: { "/etc/hosts/x": "main.c" },
    }),
  });
  const notes: string[] = [];
  const { result } = await reproduce({
    repro,
    environments: ["glibc-2.36"],
    runs: 100,
    parallel: 1,
    folder: await folderOf(),
    onProgress: (event: ProgressEvent) => void (event.kind === "note" && notes.push(event.text)),
  });
  expect(result).toMatchObject({ complete: false, environments: [{ attempts: 0 }] });
  expect(result.infra).toHaveLength(2);
  const [told] = notes.filter((text) => text.includes("given up"));
  expect(told).toMatch(
    /^glibc-2\.36: given up: it was refused twice for the same reason; the last time: start container .*not a directory/s,
  );
  expect(told).toContain("'vivarium doctor'");
});
