import { expect, test } from "vitest";
import { childCrashWarnings } from "../../src/result/child-crashes.js";
import type { MappedFiles } from "../../src/run/mapped-files.js";

const cell = (id: string, children: MappedFiles["children"], clean = 5) => ({
  id,
  mapped: { executable: "/opt/repro/driver", files: [], ...(children === undefined ? {} : { children }) },
  outcomes: { crash: 0, exit: 0, timeout: 0, clean },
});
const segv = { signal: "SIGSEGV", executable: "/opt/repro/driver" };
const rest =
  " (seen in one run beside the attempts). The program ended with status 0 all the same, which counts as clean: run that process's command by itself, or have the program pass its status on";

test("a child's crash behind a good end is told, once for all environments that it was seen in", () => {
  expect(
    childCrashWarnings([
      cell("glibc-2.36", [segv]),
      cell("glibc-2.41", undefined),
      cell("musl-1.2.3", [segv]),
    ]),
  ).toEqual([`glibc-2.36 and musl-1.2.3: a process that the program made died of SIGSEGV${rest}`]);
});

test("another program is named by its file alone, what it is told of by its name on one line, and each kind once", () => {
  const shell = { signal: "SIGABRT", executable: "/usr/bin/da\u001b[31msh" };
  const [warning] = childCrashWarnings([cell("glibc-2.36", [shell, segv, shell])]);
  expect(warning).toContain("died of SIGABRT (da");
  expect(warning).toContain(") and SIGSEGV (seen");
  expect(warning).not.toContain("\u001b");
});

test("where no attempt ended well, the program's own end tells it", () => {
  expect(childCrashWarnings([cell("glibc-2.36", [segv], 0), { ...cell("x", [segv]), mapped: null }])).toEqual(
    [],
  );
});
