import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { snapshotOf } from "../../../src/images/base/snapshot.js";

const STAMPED = { snapshot: "20151208T035513Z", suite: "jessie" };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vivarium-snapshot-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("an entry without a stamp needs no snapshot archive", async () => {
  expect(await snapshotOf("x", { suite: "jessie" }, undefined)).toBeNull();
});

test("the stamp lies under the archive's address, however that ends", async () => {
  for (const address of ["https://snapshots.example/debian", "https://snapshots.example/debian//"]) {
    expect(await snapshotOf("x", STAMPED, { address, keyring: null })).toEqual({
      source: "deb https://snapshots.example/debian/20151208T035513Z jessie main",
      keyring: null,
    });
  }
});

test("a keyring is known by what is in it", async () => {
  const address = "https://snapshots.example";
  const keyring = join(folder, "keys.gpg");
  await writeFile(keyring, "a");
  const first = await snapshotOf("x", STAMPED, { address, keyring });
  await writeFile(keyring, "b");
  const second = await snapshotOf("x", STAMPED, { address, keyring });
  expect(first?.keyring?.path).toBe(keyring);
  expect(first?.keyring?.sha256).not.toBe(second?.keyring?.sha256);
});

test.each([
  ["no archive", undefined, "x: the catalogue pins it to the archive's snapshot 20151208T035513Z, and no"],
  [
    "no address",
    { address: "snapshots", keyring: null },
    "--snapshot snapshots: not an http or https address",
  ],
  [
    "another scheme",
    { address: "file:///x", keyring: null },
    "--snapshot file:///x: not an http or https address",
  ],
  [
    "a keyring that is not there",
    { address: "https://a.example", keyring: "/gone.gpg" },
    "cannot be read: ENOENT",
  ],
  [
    "a keyring that apt would pass over",
    { address: "https://a.example", keyring: "/keys" },
    "neither .gpg nor .asc",
  ],
])("%s is a wrong request", async (_what, archive, message) => {
  await expect(snapshotOf("x", STAMPED, archive)).rejects.toMatchObject({
    kind: "request",
    message: expect.stringContaining(message),
  });
});
