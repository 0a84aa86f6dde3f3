import { fork } from "node:child_process";
import { once } from "node:events";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withLock } from "../../src/images/lock.js";

test("work of one name is done one after the other", async () => {
  const name = randomUUID();
  let inside = 0;
  const order: number[] = [];
  await Promise.all(
    [1, 2, 3, 4].map((number) =>
      withLock(name, async () => {
        expect(++inside).toBe(1);
        await new Promise(setImmediate);
        order.push(number);
        inside--;
      }),
    ),
  );
  expect(order.toSorted()).toEqual([1, 2, 3, 4]);
});

test("work of other names goes on meanwhile", async () => {
  await withLock(randomUUID(), () => withLock(randomUUID(), () => Promise.resolve()));
});

test("a failure frees the lock", async () => {
  const name = randomUUID();
  await expect(withLock(name, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await expect(withLock(name, () => Promise.resolve("yes"))).resolves.toBe("yes");
});

test("a waiter can be interrupted", async () => {
  const name = randomUUID();
  const stop = new AbortController();
  await withLock(name, async () => {
    const waiter = withLock(name, () => Promise.resolve("never"), stop.signal);
    stop.abort();
    await expect(waiter).rejects.toMatchObject({ kind: "interrupted" });
  });
});

test("the lock of a process that was killed is free at once", async () => {
  const name = randomUUID();
  const folder = await mkdtemp(join(tmpdir(), "vivarium-lock-"));
  const script = join(folder, "holder.cjs");
  const address = `vivarium-${process.getuid?.()}-${name}`;
  // Holds the very socket: an abstract one, whose name begins with a NUL, which no argument can hold.
  await writeFile(
    script,
    `const path = "\\0" + process.argv[2];
require("node:net").createServer(() => process.send("waited for")).listen(path, () => process.send("held"));`,
  );
  const holder = fork(script, [address]);
  try {
    expect((await once(holder, "message"))[0]).toBe("held");
    const waiter = withLock(name, () => Promise.resolve("mine"));
    expect((await once(holder, "message"))[0]).toBe("waited for");
    holder.kill("SIGKILL");
    await expect(waiter).resolves.toBe("mine");
  } finally {
    holder.kill("SIGKILL");
    await rm(folder, { recursive: true });
  }
});
