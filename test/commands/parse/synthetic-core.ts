/** A core file as the kernel writes it, of what a test needs: a libc that is mapped, memory, zeros. */
export interface SyntheticCore {
  readonly files: readonly { readonly path: string; readonly start: bigint; readonly buildId: string }[];
  readonly memory: readonly { readonly address: bigint; readonly data: Buffer }[];
  /** Of the process's addresses (default 64). */
  readonly bits?: 32 | 64;
}

/** Sizes of a pointer, the file's header, a program header. */
const SIZES = { 32: { word: 4, file: 52, header: 32 }, 64: { word: 8, file: 64, header: 56 } } as const;
const PAGE = 4096;

function note(type: number, name: string, desc: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(name.length + 1, 0);
  head.writeUInt32LE(desc.length, 4);
  head.writeUInt32LE(type, 8);
  const padded = (data: Buffer): Buffer => Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
  return Buffer.concat([head, padded(Buffer.from(`${name}\0`)), padded(desc)]);
}

function words(bits: 32 | 64, ...values: readonly bigint[]): Buffer {
  const { word } = SIZES[bits];
  const data = Buffer.alloc(word * values.length);
  values.forEach((value, i) => {
    if (bits === 64) data.writeBigUInt64LE(value, word * i);
    else data.writeUInt32LE(Number(value), word * i);
  });
  return data;
}

function programHeader(bits: 32 | 64, type: number, offset: number, address: bigint, size: number): Buffer {
  const place = words(bits, BigInt(offset), address, 0n, BigInt(size), BigInt(size));
  const [kind, flags, align] = [words(32, BigInt(type)), words(32, 6n), words(bits, 1n)];
  return Buffer.concat(bits === 64 ? [kind, flags, place, align] : [kind, place, flags, align]);
}

function elfHead(bits: 32 | 64, type: number, count: number): Buffer {
  const { file, header, word } = SIZES[bits];
  const data = Buffer.alloc(file);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, bits === 64 ? 2 : 1, 1, 1]).copy(data);
  data.writeUInt16LE(type, 16);
  data.writeUInt16LE(bits === 64 ? 62 : 3, 18);
  words(bits, BigInt(file)).copy(data, 24 + word);
  data.writeUInt16LE(header, file - 10);
  data.writeUInt16LE(count, file - 8);
  return data;
}

/** The first page of a shared object with a build-id. */
function firstPage(bits: 32 | 64, buildId: string): Buffer {
  const id = note(3, "GNU", Buffer.from(buildId, "hex"));
  const { file, header } = SIZES[bits];
  const page = Buffer.concat([elfHead(bits, 3, 1), programHeader(bits, 4, file + header, 0n, id.length), id]);
  return Buffer.concat([page, Buffer.alloc(PAGE - page.length)]);
}

export function syntheticCore({ files, memory, bits = 64 }: SyntheticCore): Buffer {
  const parts = [
    ...files.map(({ start, buildId }) => ({ address: start, data: firstPage(bits, buildId) })),
    ...memory,
  ];
  const mapped = Buffer.concat([
    words(bits, BigInt(files.length), BigInt(PAGE)),
    ...files.map(({ start }) => words(bits, start, start + BigInt(PAGE), 0n)),
    Buffer.from(files.map(({ path }) => `${path}\0`).join("")),
  ]);
  const notes = note(0x46494c45, "CORE", mapped);
  const { file, header } = SIZES[bits];
  let at = file + header * (parts.length + 1);
  const headers = [programHeader(bits, 4, at, 0n, notes.length)];
  at += notes.length;
  for (const { address, data } of parts) {
    headers.push(programHeader(bits, 1, at, address, data.length));
    at += data.length;
  }
  return Buffer.concat([
    elfHead(bits, 4, headers.length),
    ...headers,
    notes,
    ...parts.map(({ data }) => data),
  ]);
}
