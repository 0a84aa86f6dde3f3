import { formOf, type ElfForm } from "./elf-form.js";

/** What a compiled program says of itself. */
export interface ElfFacts {
  /** `x86-64`, `i386`, `aarch64`, or the number of another machine. */
  readonly machine: string;
  /** The loader that it asks for; null where it is static. */
  readonly loader: string | null;
  /** Shared libraries that it names. */
  readonly needs: readonly string[];
  /** Versions of symbols that those must have: `GLIBC_2.38`. */
  readonly versions: readonly string[];
  /** The libc that a static program holds, as far as it says; null where it says nothing of one, or is dynamic. */
  readonly holds: HeldLibc | null;
}

/** A libc that was linked into a program. */
export interface HeldLibc {
  readonly family: "glibc" | "musl";
  /** Null where the program does not say. */
  readonly version: string | null;
}

const MACHINES: Readonly<Record<number, string>> = { 3: "i386", 62: "x86-64", 183: "aarch64" };
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const PT_NOTE = 4;
const NT_GNU_ABI_TAG = 1;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_VERNEED = 0x6ffffffe;
const DT_VERNEEDNUM = 0x6fffffff;

/** More than any program has: a bound for damaged ones. */
const MOST = 4096;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/**
 * Reads the headers of a little-endian ELF executable (System V ABI, chapters 4 and 5; symbol versions by the
 * Linux Standard Base, 10.7). Null for anything else, damaged ones included.
 */
export function readElf(file: Buffer): ElfFacts | null {
  try {
    return read(file);
  } catch (error) {
    // A header that leads out of the file.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** How a program comes by its libc. */
export type Linked = Pick<ElfFacts, "loader" | "holds">;

/** Null where it is no ELF executable. */
export function linkedOf(program: Buffer): Linked | null {
  const elf = readElf(program);
  return elf === null ? null : { loader: elf.loader, holds: elf.holds };
}

function read(file: Buffer): ElfFacts | null {
  const form = formOf(file);
  if (form === null) return null;
  const segments = segmentsOf(file, form);
  const loader = segments.find(({ type }) => type === PT_INTERP);
  const machine = file.readUInt16LE(18);
  return {
    machine: MACHINES[machine] ?? `machine ${machine}`,
    loader: loader === undefined ? null : textAt(file, loader.offset),
    holds: loader === undefined ? heldLibc(file, segments) : null,
    ...dynamicOf(file, segments, form),
  };
}

/**
 * glibc's start-up code brings a note that says for which kernel it was built, and musl's brings none; musl has that name for its start, which Go's
 * own has not. A version is known where the program has the banner that `gnu_get_libc_version` brings.
 */
function heldLibc(file: Buffer, segments: readonly Segment[]): HeldLibc | null {
  const notes = segments.filter(({ type }) => type === PT_NOTE);
  if (notes.some((note) => hasAbiTag(file, note))) {
    const banner = file.indexOf("GNU C Library (");
    const text = banner < 0 ? "" : file.toString("latin1", banner, banner + 200);
    return { family: "glibc", version: / version (\d+\.\d+)\.\n/.exec(text)?.[1] ?? null };
  }
  return file.includes("\0__libc_start_main\0") ? { family: "musl", version: null } : null;
}

function hasAbiTag(file: Buffer, { offset, size }: Segment): boolean {
  for (let at = offset; at + 12 <= offset + size;) {
    const [name, description] = [file.readUInt32LE(at), file.readUInt32LE(at + 4)];
    const isGnu = name === 4 && file.toString("latin1", at + 12, at + 15) === "GNU";
    if (isGnu && file.readUInt32LE(at + 8) === NT_GNU_ABI_TAG) return true;
    at += 12 + Math.ceil(name / 4) * 4 + Math.ceil(description / 4) * 4;
  }
  return false;
}

function segmentsOf(file: Buffer, form: ElfForm): Segment[] {
  const { at: start, size, count } = form.table(file);
  return Array.from({ length: count }, (_, i) => {
    const header = file.subarray(start + i * size);
    return {
      type: header.readUInt32LE(0),
      // A number beyond any file is out of range.
      offset: Number(form.field(header, "offset")),
      address: Number(form.field(header, "address")),
      size: Number(form.field(header, "size")),
    };
  });
}

function dynamicOf(
  file: Buffer,
  segments: readonly Segment[],
  form: ElfForm,
): Pick<ElfFacts, "needs" | "versions"> {
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic === undefined) return { needs: [], versions: [] };
  const entries: [number, number][] = [];
  const word = (at: number): number => Number(form.readWord(file, at));
  const end = dynamic.offset + dynamic.size;
  for (let at = dynamic.offset; at < end && entries.length < MOST; at += 2 * form.word)
    entries.push([word(at), word(at + form.word)]);
  const value = (tag: number): number | undefined => entries.find(([each]) => each === tag)?.[1];
  const strings = offsetOf(value(DT_STRTAB), segments);
  if (strings === null) return { needs: [], versions: [] };
  return {
    needs: entries.filter(([tag]) => tag === DT_NEEDED).map(([, at]) => textAt(file, strings + at)),
    versions: versionsAt(file, offsetOf(value(DT_VERNEED), segments), value(DT_VERNEEDNUM) ?? 0, strings),
  };
}

function versionsAt(file: Buffer, start: number | null, count: number, strings: number): string[] {
  const versions = new Set<string>();
  let at = start ?? 0;
  for (let i = 0; start !== null && i < Math.min(count, MOST); i++) {
    const names = file.readUInt16LE(at + 2);
    let name = at + file.readUInt32LE(at + 8);
    for (let j = 0; j < Math.min(names, MOST); j++) {
      versions.add(textAt(file, strings + file.readUInt32LE(name + 8)));
      name += file.readUInt32LE(name + 12);
    }
    at += file.readUInt32LE(at + 12);
  }
  return [...versions];
}

/** Where in the file an address of the program lies; null where it is in no part of it. */
function offsetOf(address: number | undefined, segments: readonly Segment[]): number | null {
  const holder = segments.find(
    (segment) =>
      address !== undefined &&
      segment.type === PT_LOAD &&
      segment.address <= address &&
      address < segment.address + segment.size,
  );
  return holder === undefined ? null : (address as number) - holder.address + holder.offset;
}

function textAt(file: Buffer, at: number): string {
  const end = file.indexOf(0, at);
  if (at >= file.length || end < 0) throw new RangeError("text that does not end");
  return file.toString("latin1", at, Math.min(end, at + MOST)).replace(/[^\x20-\x7e]/g, "?");
}
