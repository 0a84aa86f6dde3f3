import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Pins, type LockMode, type Pin } from "../../src/images/pins.js";

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

async function open(mode: LockMode): Promise<Pins> {
  const pins = await Pins.read(file, mode);
  if (pins === null) throw new Error("there is no lock file");
  return pins;
}

async function pinned(): Promise<void> {
  const pins = await open("update");
  pins.check("bookworm", PIN);
  await pins.write();
}

test("what is pinned is read again", async () => {
  await pinned();
  const again = await open("use");
  expect(again.baseOf("bookworm")).toBe("debian@sha256:11");
  expect(again.baseOf("trixie")).toBeNull();
  expect(again.check("bookworm", PIN)).toEqual([]);
  expect(await readdir(folder)).toEqual(["vivarium.lock"]);
});

test("without a lock file there is nothing to follow, and none is begun", async () => {
  expect(await Pins.read(file, "use")).toBeNull();
});

test("an image that is new is added to a lock file that is there", async () => {
  await pinned();
  const pins = await open("use");
  expect(pins.check("trixie", PIN)).toEqual([]);
  await pins.write();
  expect((await open("refuse")).check("trixie", PIN)).toEqual([]);
});

test("the file is the same whatever the order of use", async () => {
  const a = await open("update");
  for (const image of ["trixie", "bookworm"]) a.check(image, PIN);
  await a.write();
  const first = await readFile(file, "utf8");
  await rm(file);
  const b = await open("update");
  for (const image of ["bookworm", "trixie"]) b.check(image, PIN);
  await b.write();
  expect(await readFile(file, "utf8")).toBe(first);
});

const DRIFT = [
  "gdb: none, pinned 13.1-3",
  "libc6: 2.36-9+deb12u15, pinned 2.36-9+deb12u14",
  "patch: 2.7.6-7, pinned none",
];

test("drift is shown every time and changes no pin", async () => {
  await pinned();
  for (let time = 0; time < 2; time++) {
    const pins = await open("use");
    expect(pins.check("bookworm", NEWER)).toEqual(DRIFT);
    await pins.write();
  }
  expect((await open("refuse")).check("bookworm", PIN)).toEqual([]);
});

test("--lock accepts drift, and shows it once", async () => {
  await pinned();
  const pins = await open("update");
  expect(pins.check("bookworm", NEWER)).toEqual(DRIFT);
  await pins.write();
  expect((await open("refuse")).check("bookworm", NEWER)).toEqual([]);
});

test("--locked refuses drift, and shows it", async () => {
  await pinned();
  const pins = await open("refuse");
  expect(pins.check("bookworm", PIN)).toEqual([]);
  expect(() => pins.check("bookworm", NEWER)).toThrow(
    `--locked: the image bookworm is not what ${file} says:\n  ${DRIFT.join("\n  ")}`,
  );
});

test("--locked refuses an image that is not in the file, and a file that is not there", async () => {
  await pinned();
  const pins = await open("refuse");
  expect(() => pins.check("trixie", PIN)).toThrow(`--locked: the image trixie is not in ${file}`);
  await expect(Pins.read(join(folder, "gone.lock"), "refuse")).rejects.toMatchObject({
    kind: "request",
    message: expect.stringContaining("--locked: there is no"),
    remedy: expect.stringContaining("--lock"),
  });
});

test("a broken lock file is told with its place", async () => {
  await writeFile(file, '{"schema": "vivarium/lock/1", "images": {"bookworm": {"base": 3}}}');
  await expect(Pins.read(file, "use")).rejects.toThrow(/vivarium\.lock.*base/s);
});

test("nothing new writes nothing", async () => {
  await (await open("update")).write();
  expect(await readdir(folder)).toEqual([]);
});

test("a ref of a source is pinned beside the images, and one that means another commit by then is told or refused", async () => {
  const source = { commit: "c1", tree: "t1", recipe: "r1", patches: { "fix.diff": "p1" } };
  const moved = { ...source, commit: "c2", tree: "t2", patches: { "fix.diff": "p2" } };
  const drift = ["commit: c2, pinned c1", "fix.diff: p2, pinned p1"];
  const pins = await open("update");
  expect(pins.checkSource("musl@main", source)).toEqual([]);
  await pins.write();
  expect((await open("use")).checkSource("musl@main", source)).toEqual([]);
  expect((await open("use")).checkSource("musl@main", moved)).toEqual(drift);
  const strict = await open("refuse");
  expect(() => strict.checkSource("musl@main", moved)).toThrow(
    /--locked: musl@main is not what .*c2, pinned c1/s,
  );
  expect(() => strict.checkSource("musl@v1", source)).toThrow(/--locked: musl@v1 is not in /);
  // The same files under another commit are the same; other files of a working tree are not.
  expect((await open("use")).checkSource("musl@main", { ...source, commit: "c3" })).toEqual([]);
  expect((await open("use")).checkSource("musl@main", { ...source, tree: "t2" })).toEqual([
    "tree: t2, pinned t1",
  ]);
});
