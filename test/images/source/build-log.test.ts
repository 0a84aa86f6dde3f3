import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BuildLog } from "../../../src/images/source/build-log.js";
import { scratch } from "../../scratch.js";

test("the first errors of the step that failed are kept, however much other compilers say after them", async () => {
  const file = join(scratch("build-log"), "build.log");
  const log = await BuildLog.open(file, () => undefined);
  const error = "a.c:1:1: error: unknown type name 'x'";
  const others = Array.from({ length: 40 }, (_, i) => `gcc -c ${i}.c`);
  const text = ["==> configure", "b.c:1:1: error: only a test", "==> make", error, ...others, ""].join("\n");
  // In pieces that end anywhere, as a connection brings them.
  for (let at = 0; at < text.length; at += 7) log.add(Buffer.from(text.slice(at, at + 7)));
  await log.close(true);
  expect(log.step).toBe("make");
  expect(log.said).toEqual([error, ...others.slice(-15)]);
  expect(readFileSync(file, "utf8")).toBe(text);
});
