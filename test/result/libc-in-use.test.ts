import { expect, test } from "vitest";
import type { Linked } from "../../src/images/elf.js";
import { libcInUse } from "../../src/result/libc-in-use.js";
import { planOf, binariesOf } from "../run/plans.js";

const GLIBC = { family: "glibc", version: "2.36", package: "libc6 2.36-9" } as const;
const MUSL = { family: "musl", version: "1.2.3", package: "musl 1.2.3-1" } as const;
const NEWER = { family: "glibc", version: "2.41", package: "libc6 2.41-12" } as const;
const STATIC: Linked = { loader: null, holds: { family: "glibc", version: null } };
const DYNAMIC: Linked = { loader: "/lib64/ld-linux-x86-64.so.2", holds: null };
const SYSTEM = "/usr/lib/x86_64-linux-gnu/libc.so.6";

type Libc = { readonly family: "glibc" | "musl"; readonly version: string; readonly package: string };

interface Given {
  readonly linked: Linked;
  readonly built?: Libc;
  readonly ran?: Libc;
  readonly files?: readonly string[];
  readonly executable?: string;
  readonly laid?: Readonly<Record<string, string>>;
  readonly language?: "c" | "prebuilt";
}

function inUse({ linked, built = GLIBC, ran = built, files, executable, laid = {}, language = "c" }: Given) {
  const plan = planOf({ cells: ["a"], stop: { kind: "runs", runs: 1 } });
  const [cell] = plan.cells;
  const [binary] = [...binariesOf(plan).values()];
  if (cell === undefined || binary === undefined) throw new Error("no cell");
  const packages = { libc6: "2.36-9+deb12u10", musl: "1.2.3-1" };
  return libcInUse({
    cell: {
      ...cell,
      builtIn: { ...cell.builtIn, id: built.version },
      ranOn: { ...cell.ranOn, id: ran.version },
      build: { ...cell.build, language },
      run: { ...cell.run, files: laid },
    },
    binary: {
      ...binary,
      linked,
      builtIn: { ...binary.builtIn, libc: built, packages },
      ranOn: { ...binary.ranOn, libc: ran, packages },
    },
    mapped: files === undefined ? null : { executable: executable ?? binary.program, files: [...files] },
  });
}

test.each<[string, Given, string, string | null]>([
  ["a dynamic program on its environment", { linked: DYNAMIC, files: [SYSTEM] }, "glibc 2.36", null],
  ["a static one where it was built", { linked: STATIC, files: [] }, "glibc 2.36", null],
  [
    "a static one that loads its own environment's libc",
    { linked: STATIC, files: [SYSTEM] },
    "glibc 2.36",
    null,
  ],
  [
    "a static glibc program in a musl environment",
    { linked: STATIC, ran: MUSL, files: [] },
    "glibc 2.36",
    "the program is static and holds glibc 2.36: musl 1.2.3 of this environment does not reach it",
  ],
  [
    "a static program that loads a newer libc",
    { linked: STATIC, ran: NEWER, files: [SYSTEM] },
    "glibc 2.36",
    `the program is static and holds glibc 2.36; while it runs it loads ${SYSTEM} of glibc 2.41, too`,
  ],
  [
    "a prebuilt static program that does not say its version",
    { linked: STATIC, language: "prebuilt", files: [] },
    "glibc unknown",
    "the program is static and holds a glibc of unknown version: glibc 2.36 of this environment does not reach it",
  ],
  [
    "a dynamic glibc program in a musl environment, whose image has a glibc, too",
    { linked: DYNAMIC, ran: MUSL, files: [SYSTEM] },
    "glibc 2.36",
    `the program runs on ${SYSTEM} of the image (glibc 2.36), and not on musl 1.2.3`,
  ],
  [
    "the same, where nobody could look",
    { linked: DYNAMIC, ran: MUSL },
    "glibc 2.36",
    "the program runs on /lib64/ld-linux-x86-64.so.2 of the image (glibc 2.36), and not on musl 1.2.3",
  ],
  [
    "a libc beside the program, by its rpath",
    { linked: DYNAMIC, files: ["/opt/repro/lib/libc.so.6"] },
    "glibc unknown",
    "the program runs on /opt/repro/lib/libc.so.6, which the repro brings, and not on glibc 2.36",
  ],
  [
    "a libc laid over the environment's",
    { linked: DYNAMIC, files: [SYSTEM], laid: { "/lib/x86_64-linux-gnu/libc.so.6": "libc.so" } },
    "glibc unknown",
    `the program runs on ${SYSTEM}, which the repro brings, and not on glibc 2.36`,
  ],
  [
    "a libc that it wrote itself, and removed",
    { linked: DYNAMIC, files: ["/tmp/libc.so.6 (deleted)"] },
    "glibc unknown",
    "the program runs on /tmp/libc.so.6, which the repro brings, and not on glibc 2.36",
  ],
  [
    "a program that became another",
    { linked: DYNAMIC, ran: MUSL, executable: "/usr/bin/dash", files: [SYSTEM] },
    "glibc 2.36",
    `it became /usr/bin/dash; the program runs on ${SYSTEM} of the image (glibc 2.36), and not on musl 1.2.3`,
  ],
])("%s", (_what, given, name, note) => {
  const { libc, note: told } = inUse(given);
  expect(`${libc.family} ${libc.version}`).toBe(name);
  expect(told).toBe(note);
});
