import { open, type FileHandle } from "node:fs/promises";
import { badRequest } from "../../failure.js";
import { formOf, type ElfForm } from "../../images/elf-form.js";

/** A file that the process had mapped, where its mapping starts. */
interface MappedFile {
  readonly path: string;
  readonly start: bigint;
  readonly offset: bigint;
}

/** A part of the process's memory, and where the core keeps it. */
export interface CoreSegment {
  /** Of its program header, in the file. */
  readonly header: number;
  readonly address: bigint;
  readonly offset: number;
  readonly size: number;
}

/** What a core file's headers and notes tell. */
export interface CoreHead {
  readonly form: ElfForm;
  readonly segments: readonly CoreSegment[];
  readonly files: readonly MappedFile[];
  /** The build-id of a mapped file, of its first page, which the kernel keeps; null where the core does not have it. */
  buildId(path: string): Promise<string | null>;
}

const ET_CORE = 4;
/** EM_386 and EM_X86_64, with the bits of their programs. */
const MACHINES: Readonly<Record<number, number>> = { 3: 32, 62: 64 };
const PT_LOAD = 1;
const PT_NOTE = 4;
const NT_FILE = 0x46494c45;
const NT_GNU_BUILD_ID = 3;
const MAX_SEGMENTS = 65_535;
const MAX_NOTES = 64 * 1024 * 1024;
const MAX_FILES = 20_000;
const PAGE = 4096;

/** What people have in place of a core, by its first bytes, and what reads it. */
const OTHERS: readonly (readonly [string, string, string])[] = [
  [
    "MDMP",
    "a minidump (Windows, Breakpad, Crashpad), which gdb does not read",
    "run minidump-stackwalk on it, and give `vivarium parse` what it prints",
  ],
  [
    "\x28\xb5\x2f\xfd",
    "compressed (zstd)",
    "`coredumpctl dump --output=core PID`, or `zstd -d`, makes a core of it",
  ],
  [
    "\x04\x22\x4d\x18",
    "compressed (lz4)",
    "`coredumpctl dump --output=core PID`, or `lz4 -d`, makes a core of it",
  ],
  ["\xfd7zXZ", "compressed (xz)", "`coredumpctl dump --output=core PID`, or `xz -d`, makes a core of it"],
  ["\x1f\x8b", "compressed (gzip)", "`gzip -d` makes a core of it"],
  [
    "\xcf\xfa\xed\xfe",
    "a Mach-O file, of macOS",
    "macOS's crash report (.ips) of the same crash can be given to `vivarium parse`",
  ],
  [
    "PAGEDU",
    "Windows's dump of its kernel or of all memory",
    "give `vivarium parse` what `!analyze -v` of WinDbg prints",
  ],
];

/** Reads the headers of an open core. `named`: as the user calls it. Throws a Failure that says what the file is not. */
export async function readCoreHead(file: FileHandle, named: string): Promise<CoreHead> {
  const bytes = (offset: number, size: number): Promise<Buffer> => readAt(file, offset, size);
  const head = await bytes(0, 64);
  const form = formOfCore(head, named);
  const { at: table, size: step, count } = form.table(head);
  if (step !== form.header || count === 0 || count > MAX_SEGMENTS)
    throw badRequest(`--core ${named}: its program headers are damaged`);
  const headers = await bytes(table, count * step);
  if (headers.length < count * step)
    throw badRequest(`--core ${named}: it is truncated before its program headers' end`);
  const segments: CoreSegment[] = [];
  let files: MappedFile[] = [];
  for (let at = 0; at < headers.length; at += step) {
    const header = headers.subarray(at, at + step);
    const type = header.readUInt32LE(0);
    const [offset, size] = [Number(form.field(header, "offset")), Number(form.field(header, "size"))];
    if (type === PT_LOAD)
      segments.push({ header: table + at, address: form.field(header, "address"), offset, size });
    else if (type === PT_NOTE && files.length === 0 && size <= MAX_NOTES)
      files = mappedFiles(await bytes(offset, size), form);
  }
  return {
    form,
    segments,
    files,
    async buildId(path) {
      const mapped = files.find((each) => each.path === path && each.offset === 0n);
      const segment = segments.find(({ address, size }) => mapped?.start === address && size >= PAGE);
      return segment === undefined ? null : buildIdIn(await bytes(segment.offset, PAGE));
    },
  };
}

async function readAt(file: FileHandle, offset: number, size: number): Promise<Buffer> {
  if (!Number.isSafeInteger(offset) || size <= 0) return Buffer.alloc(0);
  const { size: length } = await file.stat();
  const wanted = Math.max(0, Math.min(size, length - offset));
  const buffer = Buffer.alloc(wanted);
  let done = 0;
  while (done < wanted) {
    const { bytesRead } = await file.read(buffer, done, wanted - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}

function formOfCore(head: Buffer, named: string): ElfForm {
  const text = head.toString("latin1");
  for (const [magic, what, remedy] of OTHERS)
    if (text.startsWith(magic)) throw badRequest(`--core ${named}: it is ${what}`, remedy);
  if (!text.startsWith("\x7fELF")) throw badRequest(`--core ${named}: it is not an ELF file`);
  const form = formOf(head);
  if (head.length < (form?.fileHeader ?? 64))
    throw badRequest(`--core ${named}: it is truncated in its first header`);
  if (head.readUInt16LE(16) !== ET_CORE)
    throw badRequest(`--core ${named}: it is an ELF file, but not a core`, "the program goes to --program");
  if (form === null || MACHINES[head.readUInt16LE(18)] !== form.bits)
    throw badRequest(`--core ${named}: it is not of x86-64 or i386, the processors whose cores can be read`);
  return form;
}

/** NT_FILE (fs/binfmt_elf.c): a count, the page size, three words a file, then the names. */
function mappedFiles(notes: Buffer, form: ElfForm): MappedFile[] {
  const word = (desc: Buffer, i: number): bigint => form.readWord(desc, i * form.word);
  for (const { type, desc } of notesOf(notes)) {
    if (type !== NT_FILE || desc.length < 2 * form.word) continue;
    const count = Number(word(desc, 0));
    const page = word(desc, 1);
    const before = (2 + 3 * count) * form.word;
    if (count > MAX_FILES || desc.length < before) continue;
    const names = desc.subarray(before).toString("utf8").split("\0");
    return names.slice(0, count).map((path, i) => ({
      path,
      start: word(desc, 2 + 3 * i),
      offset: word(desc, 4 + 3 * i) * page,
    }));
  }
  return [];
}

function* notesOf(data: Buffer): Generator<{ type: number; name: string; desc: Buffer }> {
  for (let at = 0; at + 12 <= data.length;) {
    const [nameSize, size, type] = [
      data.readUInt32LE(at),
      data.readUInt32LE(at + 4),
      data.readUInt32LE(at + 8),
    ];
    const start = at + 12 + aligned(nameSize);
    yield {
      type,
      name: data.toString("latin1", at + 12, at + 12 + Math.min(nameSize, 16)),
      desc: data.subarray(start, start + size),
    };
    at = start + aligned(size);
  }
}

function aligned(size: number): number {
  return Math.ceil(size / 4) * 4;
}

/** The build-id in the first page of an ELF file, or null. Also of a file that is given whole. */
export function buildIdIn(page: Buffer): string | null {
  const form = formOf(page);
  if (form === null) return null;
  const table = form.table(page);
  for (let i = 0; i < Math.min(table.count, 64); i++) {
    const at = table.at + i * form.header;
    if (at + form.header > page.length) return null;
    const header = page.subarray(at, at + form.header);
    if (header.readUInt32LE(0) !== PT_NOTE) continue;
    const [offset, size] = [Number(form.field(header, "offset")), Number(form.field(header, "size"))];
    if (offset + size > page.length) continue;
    for (const { type, name, desc } of notesOf(page.subarray(offset, offset + size)))
      if (type === NT_GNU_BUILD_ID && name.startsWith("GNU")) return desc.toString("hex", 0, 64);
  }
  return null;
}

/** Opens a core, reads its headers, and closes it whatever comes. */
export async function withCore<T>(
  path: string,
  named: string,
  use: (head: CoreHead, file: FileHandle) => Promise<T>,
): Promise<T> {
  const file = await open(path);
  try {
    return await use(await readCoreHead(file, named), file);
  } finally {
    await file.close();
  }
}
