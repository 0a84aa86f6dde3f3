import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { FolderEntry } from "../../../src/docker/engine.js";
import { leftByBuild } from "../../../src/images/program/left-by-build.js";

const file = (path: string, text = path, executable = false): FolderEntry => ({
  kind: "file",
  path,
  content: Buffer.from(text),
  executable,
});
const link = (path: string, target: string): FolderEntry => ({ kind: "link", path, target });

test("the folder travels whole: files, folders, links among them; modes are readable and executable alone", () => {
  const { files, sha256 } = leftByBuild(
    [
      file("program"),
      { kind: "folder", path: "share" },
      file("share/words"),
      file("lib.so.1", "library", true),
      link("lib.so", "lib.so.1"),
      link("share/lib.so", "../lib.so"),
      link("absolute", "/opt/repro/share/words"),
    ],
    "x",
  );
  expect(files).toEqual({
    "/opt/repro/program": { content: Buffer.from("program"), mode: 0o755 },
    "/opt/repro/share": { folder: true },
    "/opt/repro/share/words": { content: Buffer.from("share/words"), mode: 0o644 },
    "/opt/repro/lib.so.1": { content: Buffer.from("library"), mode: 0o755 },
    "/opt/repro/lib.so": { link: "lib.so.1" },
    "/opt/repro/share/lib.so": { link: "../lib.so" },
    "/opt/repro/absolute": { link: "/opt/repro/share/words" },
  });
  expect(sha256).toBe(createHash("sha256").update("program").digest("hex"));
});

test("the program may be a link to what was built", () => {
  const { files, sha256 } = leftByBuild([file("app-1.0"), link("program", "app-1.0")], "x");
  expect(files["/opt/repro/program"]).toEqual({ link: "app-1.0" });
  expect(files["/opt/repro/app-1.0"]).toMatchObject({ mode: 0o755 });
  expect(sha256).toBe(createHash("sha256").update("app-1.0").digest("hex"));
});

describe("refuses, and names it:", () => {
  test.each<[string, FolderEntry[], RegExp]>([
    ["no program", [file("prog")], /ended well but wrote no program to \$OUT \(\/opt\/repro\/program\)/],
    ["a folder for a program", [{ kind: "folder", path: "program" }], /left a folder at \$OUT/],
    [
      "a device",
      [file("program"), { kind: "other", path: "null", what: "a device" }],
      /^x: the build left a device in \$OUTDIR: \/opt\/repro\/null/,
    ],
    ["a pipe for a program", [{ kind: "other", path: "program", what: "a named pipe" }], /left a named pipe/],
    ["a link to itself", [link("program", "program")], /left a link at \$OUT/],
    ...[
      "/opt/vivarium",
      "/etc/passwd",
      "/opt/repro",
      "/opt/reproduced",
      "..",
      "../vivarium/runner",
      "d/../../vivarium",
      "d/..",
      "/opt/repro/../vivarium",
    ].map((target): [string, FolderEntry[], RegExp] => [
      `a link to ${target}`,
      [file("program"), { kind: "folder", path: "d" }, link("l", target)],
      /the build left a link in \$OUTDIR: \/opt\/repro\/l -> .*, which leads out of it/,
    ]),
  ])("%s", (_what, entries, message) => {
    expect(() => leftByBuild(entries, "x")).toThrow(
      expect.objectContaining({
        kind: "request",
        message: expect.stringMatching(message) as string,
      }) as Error,
    );
  });
});
