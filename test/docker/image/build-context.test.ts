import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { extract } from "tar-stream";
import { packContext } from "../../../src/docker/image/build-context.js";
import type { ContextEntry } from "../../../src/docker/engine.js";
import { Failure } from "../../../src/failure.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vivarium-context-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function bytesOf(context: Record<string, ContextEntry>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of packContext(context) as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function entriesOf(tar: Buffer): Promise<Record<string, { mode: number; content: string }>> {
  const entries: Record<string, { mode: number; content: string }> = {};
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
    entries[entry.header.name] = { mode: entry.header.mode, content: Buffer.concat(chunks).toString() };
  }
  return entries;
}

describe("packContext", () => {
  it("packs content and files, empty ones and large ones", async () => {
    const large = "x".repeat(3_000_000);
    writeFileSync(join(folder, "large"), large);
    writeFileSync(join(folder, "empty"), "");
    const entries = await entriesOf(
      await bytesOf({
        Dockerfile: { content: "FROM x\n" },
        "sub/large": { file: join(folder, "large") },
        empty: { file: join(folder, "empty") },
        "run.sh": { content: Buffer.from("#!"), mode: 0o755 },
      }),
    );
    expect(Object.keys(entries)).toEqual(["Dockerfile", "empty", "run.sh", "sub/large"]);
    expect(entries["sub/large"]?.content).toBe(large);
    expect(entries["empty"]?.content).toBe("");
    expect(entries["run.sh"]?.mode).toBe(0o755);
  });

  it("gives the same bytes for the same content, whatever the order, the times and the umask", async () => {
    const digest = async (context: Record<string, ContextEntry>): Promise<string> =>
      createHash("sha256")
        .update(await bytesOf(context))
        .digest("hex");
    const file = join(folder, "f");
    writeFileSync(file, "same");
    chmodSync(file, 0o600);
    const first = await digest({ a: { content: "1" }, f: { file } });
    chmodSync(file, 0o664);
    utimesSync(file, 1, 1);
    expect(await digest({ f: { file }, a: { content: "1" } })).toBe(first);
    chmodSync(file, 0o755);
    expect(await digest({ f: { file }, a: { content: "1" } })).not.toBe(first);
  });

  it.each([
    ["a named pipe", (path: string) => void execFileSync("mkfifo", [path])],
    ["a symbolic link", (path: string) => symlinkSync("/etc/passwd", path)],
    ["a folder", (path: string) => void execFileSync("mkdir", [path])],
  ])("refuses %s at once", (kind, make) => {
    const file = join(folder, "odd");
    make(file);
    expect(() => packContext({ odd: { file } })).toThrow(
      expect.objectContaining({
        kind: "request",
        message: `${file} is ${kind}, and only regular files go into a build`,
      }),
    );
  });

  it("refuses a device", () => {
    expect(() => packContext({ zero: { file: "/dev/zero" } })).toThrow("is a device");
  });

  it("says which file is missing and what it was for", () => {
    try {
      packContext({ "main.c": { file: join(folder, "gone.c") } });
      expect.unreachable();
    } catch (error) {
      expect((error as Failure).message).toContain("gone.c");
      expect((error as Failure).remedy).toContain("main.c");
    }
  });

  it.each(["../up", "/abs", ".", "a/../../b"])("refuses the path %s", (path) => {
    expect(() => packContext({ [path]: { content: "" } })).toThrow("is not a path inside a build's context");
  });

  it("fails where a file shrinks while it is packed", async () => {
    const file = join(folder, "f");
    writeFileSync(file, "x".repeat(1000));
    const tar = packContext({ f: { file } });
    writeFileSync(file, "x");
    const read = async (): Promise<void> => {
      for await (const _ of tar) continue;
    };
    await expect(read()).rejects.toBeInstanceOf(Failure);
  });
});
