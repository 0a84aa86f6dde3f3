import { expect, test } from "vitest";
import type { Engine } from "../../src/docker/engine.js";
import { provideBase, type Base } from "../../src/images/base/base.js";
import { bootstrap } from "../../src/images/base/bootstrap.js";
import type { SnapshotArchive } from "../../src/images/base/snapshot.js";
import type { CatalogueImage } from "../../src/manifest/catalogue.js";
import { makeKey, MARKER, serveArchive, type Tampering } from "./debian-archive.js";
import { atEnd, openEngine } from "./engines.js";
import { catalogue, importsLeft } from "./images-fixture.js";

/** The archive's stamp; long ago, as every stamp is one day. */
const STAMP = "20151208T035513Z";
const SUITE = "bookworm";
const LONG_AGO = "Tue, 15 Dec 2015 03:55:13 UTC";

function provide(engine: Engine, snapshotArchive: SnapshotArchive): Promise<Base> {
  const image = { ...(catalogue.images[SUITE] as CatalogueImage), snapshot: STAMP };
  return provideBase("stamped", image, { engine, choice: "auto", snapshotArchive, sink: () => undefined });
}

test("an entry with a stamp is made from the snapshot archive, past its Valid-Until, by its keys alone", async () => {
  const engine = await openEngine();
  const key = await makeKey();
  const address = await serveArchive({ stamp: STAMP, suite: SUITE, key, validUntil: LONG_AGO, whole: true });
  const base = await provide(engine, { address: `${address}/`, keyring: key.keyring });
  atEnd(() => engine.removeImage(base.id));
  expect(base).toMatchObject({ origin: "bootstrap", digest: null });
  const read = async (path: string): Promise<string> => (await engine.readFile(base.id, path)).toString();
  expect(await read(MARKER)).toBe("made by vivarium's tests\n");
  expect(await read("/etc/debian_version")).toMatch(/^12\./);
  // What is installed later comes from the same snapshot, and is checked by the same keys.
  expect(await read("/etc/apt/sources.list")).toBe(`deb ${address}/${STAMP} ${SUITE} main\n`);
  expect((await engine.readFile(base.id, "/etc/apt/trusted.gpg.d/tests.gpg")).length).toBeGreaterThan(100);
  // Another keyring would be another image; the same one is not made twice.
  expect(await provide(engine, { address, keyring: key.keyring })).toEqual(base);
});

test.each<[string, Tampering, RegExp, RegExp]>([
  ["a Release file", "release", /BADSIG|invalid signature|not signed/, /--keyring FILE/],
  ["an index", "index", /Hash Sum mismatch/i, /not what its signed index names/],
  ["a package", "package", /Hash Sum mismatch/i, /not what its signed index names/],
])("%s that was changed after it was signed is refused", async (_what, tampering, says, remedy) => {
  const engine = await openEngine();
  const left = importsLeft(engine);
  const key = await makeKey();
  const address = await serveArchive({ stamp: STAMP, suite: SUITE, key, tampering });
  await expect(provide(engine, { address, keyring: key.keyring })).rejects.toMatchObject({
    kind: "infrastructure",
    message: expect.stringMatching(says),
    remedy: expect.stringMatching(remedy),
  });
  expect(await left()).toEqual([]);
});

test("keys that did not sign it are not enough, this machine's own neither", async () => {
  const engine = await openEngine();
  const address = await serveArchive({ stamp: STAMP, suite: SUITE, key: await makeKey() });
  const other = await makeKey();
  for (const keyring of [other.keyring, null]) {
    await expect(provide(engine, { address, keyring })).rejects.toMatchObject({
      kind: "infrastructure",
      message: expect.stringMatching(/NO_PUBKEY/),
      remedy: expect.stringContaining("--keyring FILE"),
    });
  }
});

test("a stamp that the archive does not have is told", async () => {
  const engine = await openEngine();
  const key = await makeKey();
  const address = await serveArchive({ stamp: "20151204T042531Z", suite: SUITE, key });
  await expect(provide(engine, { address, keyring: key.keyring })).rejects.toMatchObject({
    kind: "infrastructure",
    message: expect.stringMatching(/20151208T035513Z bookworm Release' does not have a Release file/),
  });
});

test("past its Valid-Until, an archive without a stamp is refused", async () => {
  const engine = await openEngine();
  const key = await makeKey();
  const address = await serveArchive({ stamp: STAMP, suite: SUITE, key, validUntil: LONG_AGO });
  const source = `deb ${address}/${STAMP} ${SUITE} main`;
  const made = bootstrap(
    { name: SUITE, staleRelease: false, source, platform: null },
    { engine, keyring: key.keyring, tag: "vivarium-test/expired:1", labels: {}, onLine: () => undefined },
  );
  await expect(made).rejects.toMatchObject({
    message: expect.stringMatching(/Release file for .* is expired/),
    remedy: expect.stringContaining("check the clock"),
  });
});
