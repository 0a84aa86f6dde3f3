import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Pins, type Pin } from "../../src/images/pins.js";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vivarium-pins-"));
  file = join(folder, "vivarium.lock");
});
afterEach(() => rm(folder, { recursive: true }));

const PIN: Pin = {
  base: "debian@sha256:11",
  snapshot: null,
  packages: { libc6: "2.36-9+deb12u14", gdb: "13.1-3" },
};
const NEWER: Pin = { ...PIN, packages: { libc6: "2.36-9+deb12u15", patch: "2.7.6-7" } };

async function pinned(): Promise<void> {
  const pins = await Pins.read(file);
  pins.check("bookworm", PIN);
  await pins.write();
}

test("the first use is noted, and read again", async () => {
  await pinned();
  const again = await Pins.read(file);
  expect(again.baseOf("bookworm")).toBe("debian@sha256:11");
  expect(again.baseOf("trixie")).toBeNull();
  expect(again.check("bookworm", PIN)).toEqual([]);
  expect(await readdir(folder)).toEqual(["vivarium.lock"]);
});

test("the file is the same whatever the order of use", async () => {
  const a = await Pins.read(file);
  for (const image of ["trixie", "bookworm"]) a.check(image, PIN);
  await a.write();
  const first = await readFile(file, "utf8");
  await rm(file);
  const b = await Pins.read(file);
  for (const image of ["bookworm", "trixie"]) b.check(image, PIN);
  await b.write();
  expect(await readFile(file, "utf8")).toBe(first);
});

test("drift is shown and becomes the new pin", async () => {
  await pinned();
  const pins = await Pins.read(file);
  expect(pins.check("bookworm", NEWER)).toEqual([
    "gdb: none, pinned 13.1-3",
    "libc6: 2.36-9+deb12u15, pinned 2.36-9+deb12u14",
    "patch: 2.7.6-7, pinned none",
  ]);
  await pins.write();
  expect((await Pins.read(file)).check("bookworm", NEWER)).toEqual([]);
});

test("--locked refuses drift, and shows it", async () => {
  await pinned();
  const pins = await Pins.read(file, true);
  expect(pins.check("bookworm", PIN)).toEqual([]);
  expect(() => pins.check("bookworm", NEWER)).toThrow(
    `--locked: the image bookworm is not what ${file} says:\n` +
      "  gdb: none, pinned 13.1-3\n" +
      "  libc6: 2.36-9+deb12u15, pinned 2.36-9+deb12u14\n" +
      "  patch: 2.7.6-7, pinned none",
  );
});

test("--locked refuses an image that is not in the file, and a file that is not there", async () => {
  await pinned();
  const pins = await Pins.read(file, true);
  expect(() => pins.check("trixie", PIN)).toThrow("it is not in the file");
  await expect(Pins.read(join(folder, "gone.lock"), true)).rejects.toThrow("--locked: there is no");
});

test("nothing new writes nothing", async () => {
  await (await Pins.read(file)).write();
  expect(await readdir(folder)).toEqual([]);
});
