import { mkdtemp, open, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildIdIn, readCoreHead, withCore, type CoreHead } from "../../../src/commands/parse/core-head.js";
import { slimCore } from "../../../src/commands/parse/slim-core.js";
import { Failure } from "../../../src/failure.js";
import { syntheticCore } from "./synthetic-core.js";

const MiB = 1024 * 1024;
const LIBC = "/usr/lib/x86_64-linux-gnu/libc.so.6";
const ID = "51657f818beb1ae70372216a99b7412b8a100a20";
const CORE = syntheticCore({
  files: [{ path: LIBC, start: 0x7f0000000000n, buildId: ID }],
  memory: [
    { address: 0x10000n, data: Buffer.from("the heap") },
    { address: 0x200000000n, data: Buffer.alloc(200 * MiB) },
    { address: 0x7ffc00000000n, data: Buffer.concat([Buffer.alloc(17 * MiB), Buffer.from("the stack")]) },
  ],
});

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vivarium-core-"));
  path = join(folder, "core");
  await writeFile(path, CORE);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function headOf(content: Buffer): Promise<CoreHead> {
  const one = join(folder, "one");
  await writeFile(one, content);
  return withCore(one, "one", (head) => Promise.resolve(head));
}

describe("a core's headers", () => {
  it("tell which files were mapped, and their build-ids", async () => {
    await withCore(path, "core", async (head) => {
      expect(head.files.map((file) => file.path)).toEqual([LIBC]);
      expect(await head.buildId(LIBC)).toBe(ID);
      expect(await head.buildId("/lib/other.so")).toBeNull();
    });
  });

  it("of a process of 32 bits are read, and kept in what is left without its zeros", async () => {
    const libc = "/usr/lib32/libc.so.6";
    const files = [{ path: libc, start: 0xf7c00000n, buildId: ID }];
    const stack = Buffer.concat([Buffer.alloc(17 * MiB), Buffer.from("the stack")]);
    const memory = [{ address: 0xfe000000n, data: stack }];
    const [wide, slim] = [join(folder, "core32"), join(folder, "slim32")];
    await writeFile(wide, syntheticCore({ files, memory, bits: 32 }));
    await withCore(wide, "core32", async (head, file) => {
      expect(await head.buildId(libc)).toBe(ID);
      await slimCore({ head, file, named: "core32" }, slim, 64 * MiB, new AbortController().signal);
    });
    await withCore(slim, "slim32", async (head) => {
      expect(await head.buildId(libc)).toBe(ID);
      const last = head.segments.at(-1);
      expect(last && last.address + BigInt(last.size)).toBe(0xfe000000n + BigInt(stack.length));
    });
  });

  it.each([
    ["MDMP\x93\xa7\0\0 and more", "minidump", "minidump-stackwalk"],
    ["\x28\xb5\x2f\xfd and more", "zstd", "coredumpctl dump"],
    ["\x1f\x8b and more", "gzip", "gzip -d"],
    ["\xcf\xfa\xed\xfe and more", "Mach-O", ".ips"],
    ["PAGEDU64 and more", "Windows", "!analyze -v"],
    ["just text", "not an ELF file", null],
    ["", "not an ELF file", null],
  ])("of %j: it says what the file is, and what reads it", async (text, what, remedy) => {
    const failure = await headOf(Buffer.from(text, "latin1")).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect((failure as Failure).message).toContain(what);
    if (remedy !== null) expect((failure as Failure).remedy).toContain(remedy);
  });

  it("of another processor's core, a program and a truncated core are refused in words", async () => {
    const changed = (at: number, value: number): Buffer => {
      const copy = Buffer.from(CORE.subarray(0, 4096));
      copy.writeUInt16LE(value, at);
      return copy;
    };
    await expect(headOf(changed(18, 183))).rejects.toThrow("it is not of x86-64");
    await expect(headOf(changed(16, 2))).rejects.toThrow("not a core");
    await expect(headOf(changed(56, 0))).rejects.toThrow("damaged");
    await expect(headOf(CORE.subarray(0, 100))).rejects.toThrow("truncated");
  });

  it("whatever is in them end in a head or in words", async () => {
    const damaged = fc.record({ at: fc.nat(600), value: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(damaged, { minLength: 1, maxLength: 12 }), async (changes) => {
        const copy = Buffer.from(CORE.subarray(0, 16 * 1024));
        for (const { at, value } of changes) copy[at] = value;
        try {
          await writeFile(join(folder, "damaged"), copy);
          await withCore(join(folder, "damaged"), "damaged", async (head) => {
            for (const file of head.files.slice(0, 3)) await head.buildId(file.path);
          });
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("a core without its zeros", () => {
  it("keeps its memory, address by address, in a smaller file", async () => {
    const slim = join(folder, "slim");
    const { signal } = new AbortController();
    await withCore(path, "core", (head, file) =>
      slimCore({ head, file, named: "core" }, slim, 150 * MiB, signal),
    );
    expect((await stat(slim)).size).toBeLessThan(120 * MiB);
    const file = await open(slim);
    try {
      const head = await readCoreHead(file, "slim");
      expect(await head.buildId(LIBC)).toBe(ID);
      const at = async (address: bigint, size: number): Promise<string> => {
        const segment = head.segments.find(
          (each) => each.address <= address && address < each.address + BigInt(each.size),
        );
        const data = Buffer.alloc(size);
        await file.read(data, 0, size, (segment?.offset ?? 0) + Number(address - (segment?.address ?? 0n)));
        return data.toString("latin1");
      };
      expect(await at(0x10000n, 8)).toBe("the heap");
      expect(await at(0x200000000n + BigInt(150 * MiB), 4)).toBe("\0\0\0\0");
      expect(await at(0x7ffc00000000n + BigInt(17 * MiB), 9)).toBe("the stack");
      const sizes = head.segments.reduce((sum, { size }) => sum + size, 0);
      expect(sizes).toBe(4096 + 8 + 200 * MiB + 17 * MiB + 9);
    } finally {
      await file.close();
    }
  });

  it("keeps of thousands of threads what they used of their stacks", async () => {
    const stacks = join(folder, "stacks");
    const used = Buffer.concat([Buffer.alloc(60 * 1024), Buffer.from("top of stack")]);
    const memory = Array.from({ length: 1000 }, (_, i) => ({
      address: 0x7f0000000000n + BigInt(i) * 0x20000n,
      data: used,
    }));
    await writeFile(stacks, syntheticCore({ files: [], memory }));
    const slim = join(folder, "slim-stacks");
    const { signal } = new AbortController();
    await withCore(stacks, "stacks", (head, file) =>
      slimCore({ head, file, named: "stacks" }, slim, 90 * MiB, signal),
    );
    const file = await open(slim);
    try {
      const { segments } = await readCoreHead(file, "slim");
      const top = segments.find(({ address }) => address === 0x7f0000000000n + 999n * 0x20000n + 0xc000n);
      const data = Buffer.alloc(used.length - 0xc000);
      await file.read(data, 0, data.length, top?.offset ?? 0);
      expect(data).toEqual(used.subarray(0xc000));
      expect(segments.reduce((sum, { size }) => sum + size, 0)).toBe(1000 * used.length);
      const own = (await stat(slim)).size - 64 * MiB;
      expect(own).toBeLessThan(20 * MiB);
    } finally {
      await file.close();
    }
  });

  it("that is still too large is refused in words", async () => {
    const full = join(folder, "full");
    const memory = [{ address: 0x10000n, data: Buffer.alloc(40 * MiB, 1) }];
    await writeFile(full, syntheticCore({ files: [], memory }));
    const { signal } = new AbortController();
    const tried = withCore(full, "full", (head, file) =>
      slimCore({ head, file, named: "full" }, join(folder, "out"), 10 * MiB, signal),
    );
    await expect(tried).rejects.toThrow("without its zeros");
  });
});

it("a build-id is not looked for outside of a page", () => {
  expect(buildIdIn(Buffer.alloc(64))).toBeNull();
  expect(buildIdIn(Buffer.from("text"))).toBeNull();
});
