import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { reproduce } from "../../src/campaign/reproduce.js";
import { atEnd } from "./engines.js";

const REPRO = fileURLToPath(new URL("../corpus/sanitizer/programs/san.c", import.meta.url));

test.each([
  ["address", "use-after-free", "AddressSanitizer: heap-use-after-free in use, called from main"],
  ["undefined", "integer-overflow", "UndefinedBehaviorSanitizer: signed integer overflow at san.c:14"],
] as const)("a campaign with the %s sanitizer is told by its report: %s", async (sanitizer, kind, title) => {
  const folder = await mkdtemp(join(tmpdir(), "vivarium-sanitizer-"));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  const { result } = await reproduce({
    repro: REPRO,
    environments: ["glibc-2.36"],
    build: { sanitize: [sanitizer] },
    run: { args: [kind] },
    runs: 2,
    folder,
  });
  expect(result.environments).toMatchObject([{ outcomes: { exit: 2 }, signatures: [{ title, count: 2 }] }]);
});
