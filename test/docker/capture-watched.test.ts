import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reproduce } from "../../src/campaign/reproduce.js";
import { connect } from "../../src/docker/connection/connect.js";
import { captureProgram } from "./capture-program.js";
import { faultImage, type FaultImage } from "./fault-image.js";

const ENVIRONMENT = "glibc-2.36";

/** Reads where a null pointer points once in 400 runs. */
const RARE = `#include <fcntl.h>
#include <unistd.h>
struct node { struct node *next; int value; };
__attribute__((noipa)) static int walk(struct node *node) { return node->next->value; }
int main(void) {
  unsigned chance = 1;
  if (read(open("/dev/urandom", O_RDONLY), &chance, sizeof chance) != sizeof chance) return 2;
  struct node last = {0, 7}, first = {chance % 400 == 0 ? 0 : &last, 0};
  return walk(&first) == 7 ? 0 : 3;
}
`;
/** Two threads free the same memory, where they meet; gdb holds each up as it starts, so that they hardly ever do. */
const RACE = `#include <pthread.h>
#include <stdlib.h>
#include <string.h>
static char *volatile shared;
static void *swap(void *unused) {
  for (int i = 0; i < 500; i++) {
    char *fresh = strdup("hello"), *old = shared;
    shared = fresh;
    free(old);
  }
  return unused;
}
int main(void) {
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, swap, NULL);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  return 0;
}
`;

/** Reads where a null pointer points, unless somebody traces it. */
const SHY = `#include <stdio.h>
#include <string.h>
int main(void) {
  char line[256];
  FILE *status = fopen("/proc/self/status", "r");
  while (fgets(line, sizeof line, status) != NULL)
    if (strcmp(line, "TracerPid:\\t0\\n") == 0) return *(volatile int *)8;
  return 0;
}
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vivarium-watched-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("what does not crash under gdb is watched for", () => {
  it("a crash of one run in hundreds is seen by gdb, and explained", async () => {
    const { result } = await reproduce({
      repro: { language: "c", source: RARE },
      environments: [ENVIRONMENT],
      untilCrashes: 2,
      captures: 2,
      folder,
    });
    const [signature] = result.environments[0]?.signatures ?? [];
    expect(signature).toMatchObject({ title: "SIGSEGV in walk, called from main", count: 2 });
    expect(signature?.evidence.explanation?.text).toMatch(/^read of 0x8 = 0x8 \+ r\w\w \(0\)/);
    // Eight runs under gdb do not meet it, but once in fifty campaigns.
    expect(signature?.evidence.captures.tried).toBeGreaterThan(8);
    expect(signature?.evidence.captures.met).toBe(2);
  });

  it("a race that gdb is in the way of is seen where it happens", async () => {
    const { result } = await reproduce({
      repro: { language: "c", source: RACE },
      environments: [ENVIRONMENT],
      untilCrashes: 3,
      cap: 20_000,
      captures: 1,
      folder,
    });
    // Which of malloc's checks it meets, or a fault before any, is another from run to run.
    const seen = (result.environments[0]?.signatures ?? []).filter(
      ({ evidence }) => evidence.captures.met > 0,
    );
    expect(seen.some(({ evidence }) => evidence.threads.length > 1)).toBe(true);
    expect(seen.flatMap(({ evidence }) => evidence.incomplete).join()).not.toContain("gdb ended");
  });
});

it("an interruption while gdb looks leaves a result that says so", async () => {
  const stopper = new AbortController();
  const { result } = await reproduce({
    repro: { language: "c", source: SHY },
    environments: [ENVIRONMENT],
    runs: 5,
    folder,
    signal: stopper.signal,
    onProgress: (event) => event.kind === "step-output" && event.id.startsWith("capture ") && stopper.abort(),
  });
  const [signature] = result.environments[0]?.signatures ?? [];
  expect(signature).toMatchObject({ title: "SIGSEGV", count: 5 });
  expect(signature?.evidence.incomplete).toContain("interrupted while gdb looked for it");
});

describe("a watch of a hostile program", () => {
  let image: FaultImage;
  beforeAll(async () => {
    const engine = await connect({ env: process.env });
    image = await faultImage(engine, ENVIRONMENT);
    engine.close();
  });
  const watched = { attempts: 0, watched: { runs: 5, timeoutMs: 20_000 } };

  it("believes nothing that the program says in its place", async () => {
    const captured = await captureProgram(image, "forge-watch.static", {}, watched);
    expect(captured).toMatchObject({ captures: [], problems: [], tried: 5 });
  });

  it("that is killed by it says so, and has seen nothing", async () => {
    const captured = await captureProgram(image, "kill-watch.static", {}, watched);
    expect(captured.captures).toEqual([]);
    expect(captured.problems.join()).toContain("the program could not be watched: the watch ended");
  });
});
