import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { extract, pack, type Header } from "tar-stream";
import { describe, expect, it } from "vitest";
import { keep, type Kept } from "../../../src/images/source/kept.js";
import { scratch } from "../../scratch.js";

type Entry = Partial<Header> & { readonly name: string; readonly content?: string };

/** What `keep` makes of a tar with these entries, and where it wrote the cache. */
function kept(entries: readonly Entry[], most = 1_000_000): Promise<Kept & { cache: string }> {
  return keptOf([entries], most);
}

/** The same of several archives, one after the other. */
async function keptOf(
  archives: readonly (readonly Entry[])[],
  most = 1_000_000,
): Promise<Kept & { cache: string }> {
  const folder = scratch("kept");
  const files = { layer: join(folder, "layer.tar"), cache: join(folder, "cache.tar") };
  const output = Readable.from(bytesOf(archives), { objectMode: false });
  return { ...(await keep(output, "musl", files, most)), cache: files.cache };
}

async function* bytesOf(archives: readonly (readonly Entry[])[]): AsyncGenerator<Buffer> {
  for (const entries of archives) {
    const tar = pack();
    for (const { content = "", ...header } of entries) tar.entry({ ...header }, content);
    tar.finalize();
    yield* tar as AsyncIterable<Buffer>;
  }
}

async function headersOf(file: string): Promise<Header[]> {
  const tar = extract();
  Readable.from(readFileSync(file)).pipe(tar);
  const found: Header[] = [];
  for await (const entry of tar) {
    found.push(entry.header);
    entry.resume();
  }
  return found;
}

const folder = (name: string): Entry => ({ name, type: "directory" });

describe("what a build left", () => {
  it("is written anew without owners, times and more than rwx", async () => {
    const { layer, cache, facts } = await kept([
      { name: "facts", content: "hits 3" },
      folder("ccache-new/"),
      { name: "ccache-new/a/b/c", content: "object" },
      folder("musl/"),
      folder("musl/lib/"),
      { name: "musl/lib/libc.so", content: "ELF", mode: 0o6755, uid: 1000, mtime: new Date() },
      { name: "musl/lib/ld.so", type: "symlink", linkname: "libc.so" },
    ]);
    expect(facts).toBe("hits 3");
    const headers = await headersOf(layer);
    expect(headers.map(({ name }) => name)).toEqual([
      "musl",
      "musl/lib",
      "musl/lib/libc.so",
      "musl/lib/ld.so",
    ]);
    expect(headers[2]).toMatchObject({
      mode: 0o755,
      uid: 0,
      gid: 0,
      mtime: new Date("2000-01-01T00:00:00Z"),
    });
    expect((await headersOf(cache)).map(({ name }) => name)).toEqual(["a/b/c"]);
  });

  it("comes in several archives, and what was compiled may come again as it became", async () => {
    const parts = [
      [
        { name: "ccache-new/a", content: "first" },
        { name: "ccache-new/b", content: "other" },
      ],
      [{ name: "ccache-new/a", content: "second" }, folder("musl"), { name: "musl/libc.so", content: "ELF" }],
    ];
    const { layer, cache } = await keptOf(parts);
    expect((await headersOf(cache)).map(({ name, size }) => [name, size])).toEqual([
      ["a", 5],
      ["b", 5],
      ["a", 6],
    ]);
    expect((await headersOf(layer)).map(({ name }) => name)).toEqual(["musl", "musl/libc.so"]);
  });

  it.each<[string, Entry[]]>([
    ["a file beside its prefix", [{ name: "vivarium/runner", content: "evil" }]],
    ["a path that climbs out", [folder("musl"), { name: "musl/../vivarium/runner", content: "evil" }]],
    ["an absolute path", [{ name: "/opt/vivarium/runner", content: "evil" }]],
    [
      "a file written through a link",
      [
        folder("musl"),
        { name: "musl/x", type: "symlink", linkname: "/opt/vivarium" },
        { name: "musl/x/runner" },
      ],
    ],
    [
      "a folder that becomes a link",
      [
        folder("musl"),
        folder("musl/x"),
        { name: "musl/x", type: "symlink", linkname: "/opt/vivarium" },
        { name: "musl/x/runner", content: "evil" },
      ],
    ],
    ["a device", [folder("musl"), { name: "musl/mem", type: "character-device" }]],
    [
      "a hard link",
      [folder("musl"), { name: "musl/runner", type: "link", linkname: "/opt/vivarium/runner" }],
    ],
    ["a cache that climbs out", [folder("musl"), { name: "ccache-new/../../etc/x", content: "evil" }]],
    ["nothing at all", []],
  ])("may not hold %s", async (_what, entries) => {
    await expect(kept(entries)).rejects.toThrow(/what the build left/);
  });

  it("may not be larger than its recipe allows", async () => {
    const large = { name: "musl/large", content: "x".repeat(5000) };
    await expect(kept([folder("musl"), large], 4000)).rejects.toThrow(/larger than its recipe allows/);
  });
});
