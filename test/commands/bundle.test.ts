import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip, gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { extract, pack, type Header } from "tar-stream";
import { describe, expect, test } from "vitest";
import { bundleStream, packBundle, unpackBundle } from "../../src/commands/bundle/archive.js";
import { readBundle } from "../../src/commands/bundle/contents.js";

const FILES = new Map([
  ["repro/main.c", Buffer.from("int main(void) { return 0; }\n")],
  ["repro/files/empty", Buffer.alloc(0)],
  ["bundle.json", Buffer.from("{}\n")],
  ["repro/ä name.c", Buffer.from("x")],
  [`repro/${"long/".repeat(60)}name.c`, Buffer.from("y")],
]);

type Entry = readonly [header: Partial<Header> & { name: string }, content?: string | Buffer];

/** A .tar.gz of just these entries, however odd; `sums` are its checksum lines, by default those of its plain files. */
async function archive(entries: readonly Entry[], sums?: string): Promise<Buffer> {
  const tar = pack();
  const listed = entries
    .filter(([{ type }]) => type === undefined || type === "file")
    .map(([{ name }, content = ""]) => `${sha256(content)}  ${name.replace(/^bundle\//, "")}\n`)
    .join("");
  for (const [header, content] of [...entries, [{ name: "bundle/SHA256SUMS" }, sums ?? listed] as Entry]) {
    if (content === undefined) tar.entry(header);
    else tar.entry(header, content);
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

const sha256 = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");

const refusal = (zipped: Buffer | AsyncIterable<Buffer>): Promise<unknown> =>
  unpackBundle(zipped, "x.tar.gz").then(
    () => "accepted",
    (error: unknown) => error,
  );

describe("packBundle", () => {
  test("gives back what was put in, the same bytes each time, in whatever order", async () => {
    const packed = await packBundle(FILES);
    expect(await packBundle(new Map([...FILES].reverse()))).toEqual(packed);
    expect(new Map([...(await unpackBundle(packed, "x"))].sort())).toEqual(new Map([...FILES].sort()));
  });

  test("names no time, owner or system", async () => {
    const packed = await packBundle(FILES);
    // RFC 1952: bytes 4 to 7 are the time, byte 9 the system.
    expect(packed.readUInt32LE(4)).toBe(0);
    expect(packed[9]).toBe(255);
    const headers: Header[] = [];
    const reader = extract();
    reader.end(gunzipSync(packed));
    for await (const entry of reader) {
      headers.push(entry.header);
      entry.resume();
    }
    expect(headers.map(({ name }) => name)).toContain("bundle/SHA256SUMS");
    for (const { uid, gid, mtime, uname } of headers)
      expect({ uid, gid, mtime, uname }).toEqual({ uid: 0, gid: 0, mtime: new Date(0), uname: "" });
  });

  test.each(["../x", "/x", "a\\b", "a\nb", "a//b", "c:/x", "SHA256SUMS", ""])(
    "refuses the name %j, which would be refused when it is unpacked",
    async (name) => {
      await expect(packBundle(new Map([[name, Buffer.alloc(1)]]))).rejects.toMatchObject({ kind: "request" });
    },
  );

  test("any files come back", async () => {
    const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(name, fc.uint8Array({ maxLength: 2000 })), { maxLength: 5 }),
        async (drawn) => {
          const files = new Map(drawn.map(([path, bytes]) => [`f/${path}`, Buffer.from(bytes)]));
          const packed = await packBundle(files).catch((error: Error) => {
            expect(error).toMatchObject({ name: "Failure", kind: "request" });
            return null;
          });
          if (packed === null) return;
          const read = await unpackBundle(packed, "x").catch((error: Error) => {
            // One of its names is a folder of another.
            expect(error.message).toContain("is a file and a folder");
            return null;
          });
          if (read !== null) expect(new Map([...read].sort())).toEqual(new Map([...files].sort()));
        },
      ),
      { numRuns: 100, examples: [[[["\u2028", new Uint8Array()]]]] },
    );
  });
});

describe("images", () => {
  test("are covered by the checksums, and not held in memory", async () => {
    const folder = await mkdtemp(join(tmpdir(), "vivarium-bundle-test-"));
    try {
      const content = randomBytes(3_000_000);
      const file = join(folder, "image.tar");
      await writeFile(file, content);
      const image = { file, size: content.length, sha256: sha256(content) };
      const stream = () => bundleStream(FILES, new Map([["image/glibc-2.36.tar", image]]));
      expect([...(await unpackBundle(stream(), "x")).keys()].sort()).toEqual([...FILES.keys()].sort());
      content[1_000_000] = (content[1_000_000] as number) ^ 1;
      await writeFile(file, content);
      expect(await refusal(stream())).toMatchObject({
        kind: "request",
        message:
          "x.tar.gz: refused: 'bundle/image/glibc-2.36.tar' was changed: its checksum is another".replace(
            "bundle/image",
            "image",
          ),
      });
      await rm(file);
      expect(await refusal(stream())).toMatchObject({ name: "Failure" });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("unpackBundle refuses", () => {
  test.each([...FILES.keys()])("a changed byte in %s", async (path) => {
    const files = [...FILES].map(([name, content]): Entry => [{ name: `bundle/${name}` }, content]);
    const sums = [...FILES].map(([name, content]) => `${sha256(content)}  ${name}\n`).join("");
    expect(await refusal(await archive(files, sums))).toBe("accepted");
    const changed = files.map(([header, content]): Entry => {
      const bytes = Buffer.from(content as Buffer);
      return header.name === `bundle/${path}`
        ? [header, bytes.length === 0 ? "x" : bytes.fill(bytes[0]! ^ 1, 0, 1)]
        : [header, content as Buffer];
    });
    expect(await refusal(await archive(changed, sums))).toMatchObject({
      name: "Failure",
      kind: "request",
      message: expect.stringContaining("was changed: its checksum is another") as string,
    });
  });

  const plain: Entry = [{ name: "bundle/a" }, "a"];
  const listed = `${sha256("a")}  a\n`;
  test.each<[what: string, entries: readonly Entry[], said: string, sums?: string]>([
    ["a file that is missing", [], "'a' is missing", listed],
    ["a file too many", [plain, [{ name: "bundle/b" }, "b"]], "'b' is not in SHA256SUMS", listed],
    ["a file that is there twice", [plain, plain], "'bundle/a' is in it twice"],
    ["no checksums for what it holds", [plain], "'a' is not in SHA256SUMS", ""],
    ["a checksum line that is none", [plain], "has a line that is none: 'a  a'", `${listed}a  a\n`],
    ["a path that leaves the folder", [[{ name: "bundle/../a" }, "a"]], "leads out of its folder"],
    ["a path that leaves it later", [[{ name: "bundle/a/../../../b" }, "a"]], "leads out of its folder"],
    ["a path beside the folder", [[{ name: "other/a" }, "a"]], "leads out of its folder"],
    ["an absolute path", [[{ name: "/etc/passwd" }, "a"]], "leads out of its folder"],
    ["a backslash", [[{ name: "bundle/..\\a" }, "a"]], "leads out of its folder"],
    ["a drive", [[{ name: "bundle/c:/a" }, "a"]], "leads out of its folder"],
    ["a line's end in a name", [[{ name: "bundle/a\nb" }, "a"]], "'bundle/a?b' leads out of its folder"],
    ["a symbolic link", [[{ name: "bundle/a", type: "symlink", linkname: "/etc/passwd" }]], "a symlink"],
    ["a hard link", [[{ name: "bundle/a", type: "link", linkname: "bundle/b" }]], "is a link, not a file"],
    ["a device", [[{ name: "bundle/a", type: "character-device", devmajor: 1 }]], "a character-device"],
    ["a FIFO", [[{ name: "bundle/a", type: "fifo" }]], "is a fifo, not a file"],
    ["a file that is a folder, too", [plain, [{ name: "bundle/a/b" }, "b"]], "'a' is a file and a folder"],
  ])("%s", async (_what, entries, said, sums) => {
    expect(await refusal(await archive(entries, sums))).toMatchObject({
      name: "Failure",
      kind: "request",
      message: expect.stringMatching(/^x\.tar\.gz: refused: /) as string,
    });
    expect(await refusal(await archive(entries, sums))).toMatchObject({
      message: expect.stringContaining(said) as string,
    });
  });

  test("one without checksums, and an empty one", async () => {
    const tar = pack();
    tar.entry({ name: "bundle/a" }, "a");
    tar.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of tar) chunks.push(chunk as Buffer);
    for (const raw of [Buffer.concat(chunks), Buffer.alloc(1024)])
      expect(await refusal(gzipSync(raw))).toMatchObject({ message: /it has no SHA256SUMS/ });
  });

  test("one that is cut off anywhere", async () => {
    const packed = await packBundle(FILES);
    for (let length = 0; length < packed.length; length += 7)
      expect(await refusal(packed.subarray(0, length))).toMatchObject({ kind: "request" });
  });

  test("random bytes, plain and compressed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), fc.boolean(), async (bytes, zip) => {
        const refused = await refusal(zip ? gzipSync(bytes) : Buffer.from(bytes));
        expect(refused).toMatchObject({ name: "Failure", kind: "request" });
      }),
      { numRuns: 200 },
    );
  });

  test("a bomb, before it is held: in a file, and in a header's extension", { timeout: 60_000 }, async () => {
    for (const type of ["0", "x"]) {
      const before = process.memoryUsage().rss;
      const bomb = (await refusal(zeros(type, 400 * 1024 ** 2))) as Error;
      expect(bomb).toMatchObject({ kind: "request", message: /it unpacks to more than 256 MiB/ });
      expect(process.memoryUsage().rss - before).toBeLessThan(900 * 1024 ** 2);
    }
  });
});

/** A tar of one entry of zeros, compressed as it is made. */
async function* zeros(type: string, size: number): AsyncGenerator<Buffer> {
  const header = Buffer.alloc(512);
  header.write("bundle/a", 0);
  header.write("0000644\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.write("        ", 148);
  header.write(type, 156);
  header.write("ustar\0", 257);
  header.write("00", 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  const block = Buffer.alloc(1024 * 1024);
  const source = Readable.from(
    (function* () {
      yield header;
      for (let written = 0; written < size; written += block.length) yield block;
    })(),
  );
  const gzip = createGzip({ level: 1 });
  pipeline(source, gzip).catch(() => {});
  yield* gzip as AsyncIterable<Buffer>;
}

describe("readBundle", () => {
  const documents = ["bundle.json", "repro/repro.yaml", "catalogue.json", "result.json"];

  test.each(documents)("says which document is missing or is none: %s", (path) => {
    expect(() => readBundle(new Map(), "x.tar.gz")).toThrow("x.tar.gz: has no bundle.json");
    const index = {
      schema: "vivarium/bundle/1",
      vivarium: "1",
      campaign: "c",
      request: {},
      pins: {},
      executable: [],
    };
    const manifest = { name: "a", title: "a", language: "c", sources: ["a.c"], environments: ["glibc-2.36"] };
    const good: Record<string, unknown> = {
      "bundle.json": index,
      "repro/repro.yaml": manifest,
      "catalogue.json": { images: {}, gos: {}, environments: {} },
    };
    for (const broken of ["", "{", "null", "[]", '"text"', "1", "{}", '{"__proto__": 1}', "&a [*a, *a]"]) {
      const files = new Map(
        Object.entries({ ...good, [path]: broken }).map(([name, value]) => [
          name,
          Buffer.from(typeof value === "string" ? value : JSON.stringify(value)),
        ]),
      );
      expect(() => readBundle(files, "x.tar.gz")).toThrow(
        expect.objectContaining({
          name: "Failure",
          kind: "request",
          message: expect.stringContaining(`x.tar.gz: ${path}`) as string,
        }) as Error,
      );
    }
  });

  test("any JSON is refused in words", () => {
    fc.assert(
      fc.property(fc.constantFrom(...documents), fc.json(), (path, text) => {
        const files = new Map(documents.map((name) => [name, Buffer.from(name === path ? text : "{}")]));
        expect(() => readBundle(files, "x")).toThrow(expect.objectContaining({ kind: "request" }) as Error);
      }),
      { numRuns: 200 },
    );
  });
});
