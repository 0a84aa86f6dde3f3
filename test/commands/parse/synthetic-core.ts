/** A core file as the kernel writes it, of what a test needs: a libc that is mapped, memory, zeros. */
export interface SyntheticCore {
  readonly files: readonly { readonly path: string; readonly start: bigint; readonly buildId: string }[];
  readonly memory: readonly { readonly address: bigint; readonly data: Buffer }[];
}

const HEADER = 56;
const PAGE = 4096;

function note(type: number, name: string, desc: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(name.length + 1, 0);
  head.writeUInt32LE(desc.length, 4);
  head.writeUInt32LE(type, 8);
  const padded = (data: Buffer): Buffer => Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
  return Buffer.concat([head, padded(Buffer.from(`${name}\0`)), padded(desc)]);
}

function words(...values: readonly bigint[]): Buffer {
  const data = Buffer.alloc(8 * values.length);
  values.forEach((value, i) => data.writeBigUInt64LE(value, 8 * i));
  return data;
}

function programHeader(type: number, offset: number, address: bigint, size: number): Buffer {
  const data = Buffer.alloc(HEADER);
  data.writeUInt32LE(type, 0);
  data.writeUInt32LE(6, 4);
  words(BigInt(offset), address, 0n, BigInt(size), BigInt(size), 1n).copy(data, 8);
  return data;
}

function elfHead(type: number, count: number): Buffer {
  const data = Buffer.alloc(64);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]).copy(data);
  data.writeUInt16LE(type, 16);
  data.writeUInt16LE(62, 18);
  data.writeBigUInt64LE(64n, 32);
  data.writeUInt16LE(HEADER, 54);
  data.writeUInt16LE(count, 56);
  return data;
}

/** The first page of a shared object with a build-id. */
function firstPage(buildId: string): Buffer {
  const id = note(3, "GNU", Buffer.from(buildId, "hex"));
  const page = Buffer.concat([elfHead(3, 1), programHeader(4, 64 + HEADER, 0n, id.length), id]);
  return Buffer.concat([page, Buffer.alloc(PAGE - page.length)]);
}

export function syntheticCore({ files, memory }: SyntheticCore): Buffer {
  const parts = [
    ...files.map(({ start, buildId }) => ({ address: start, data: firstPage(buildId) })),
    ...memory,
  ];
  const mapped = Buffer.concat([
    words(BigInt(files.length), BigInt(PAGE)),
    ...files.map(({ start }) => words(start, start + BigInt(PAGE), 0n)),
    Buffer.from(files.map(({ path }) => `${path}\0`).join("")),
  ]);
  const notes = note(0x46494c45, "CORE", mapped);
  let at = 64 + HEADER * (parts.length + 1);
  const headers = [programHeader(4, at, 0n, notes.length)];
  at += notes.length;
  for (const { address, data } of parts) {
    headers.push(programHeader(1, at, address, data.length));
    at += data.length;
  }
  return Buffer.concat([elfHead(4, headers.length), ...headers, notes, ...parts.map(({ data }) => data)]);
}
