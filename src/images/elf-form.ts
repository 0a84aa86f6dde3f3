/** Fields of a program header that a core is read by (elf(5)). */
export type SegmentField = "offset" | "address" | "size" | "inMemory";

/** How ELF files of one width lay out what is read of a core: sizes and offsets in bytes. */
export class ElfForm {
  /** Of a pointer, of the file's header, of a program header. */
  readonly word: 4 | 8;
  readonly fileHeader: number;
  readonly header: number;
  private readonly fields: Readonly<Record<SegmentField, number>>;
  private readonly tables: number;
  private readonly counts: number;

  constructor(readonly bits: 32 | 64) {
    const wide = bits === 64;
    this.word = wide ? 8 : 4;
    [this.fileHeader, this.header] = wide ? [64, 56] : [52, 32];
    [this.tables, this.counts] = wide ? [32, 54] : [28, 42];
    this.fields = wide
      ? { offset: 8, address: 16, size: 32, inMemory: 40 }
      : { offset: 4, address: 8, size: 16, inMemory: 20 };
  }

  readWord(data: Buffer, at: number): bigint {
    return this.word === 8 ? data.readBigUInt64LE(at) : BigInt(data.readUInt32LE(at));
  }

  private writeWord(data: Buffer, value: bigint, at: number): void {
    if (this.word === 8) data.writeBigUInt64LE(BigInt.asUintN(64, value), at);
    else data.writeUInt32LE(Number(BigInt.asUintN(32, value)), at);
  }

  /** Where the program headers begin, the size of one, and how many there are, by a file's header. */
  table(head: Buffer): { readonly at: number; readonly size: number; readonly count: number } {
    return {
      at: Number(this.readWord(head, this.tables)),
      size: head.readUInt16LE(this.counts),
      count: head.readUInt16LE(this.counts + 2),
    };
  }

  /** Makes a file's header name other program headers, and no sections: they are no part of a core that is read by its segments. */
  setTable(head: Buffer, at: number, count: number): void {
    this.writeWord(head, BigInt(at), this.tables);
    this.writeWord(head, 0n, this.tables + this.word);
    head.writeUInt16LE(count, this.counts + 2);
    head.writeUInt16LE(0, this.counts + 6);
    head.writeUInt16LE(0, this.counts + 8);
  }

  field(header: Buffer, field: SegmentField): bigint {
    return this.readWord(header, this.fields[field]);
  }

  setField(header: Buffer, field: SegmentField, value: bigint): void {
    this.writeWord(header, value, this.fields[field]);
  }
}

/** By the file's fifth byte, which tells its class. */
const FORMS: Readonly<Record<number, ElfForm>> = { 1: new ElfForm(32), 2: new ElfForm(64) };

/** The form of a little-endian ELF file, by its first bytes; null where it is none, or ends in its header. */
export function formOf(head: Buffer): ElfForm | null {
  if (!head.toString("latin1", 0, 6).startsWith("\x7fELF") || head[5] !== 1) return null;
  const form = FORMS[head[4] ?? 0];
  return form !== undefined && head.length >= form.fileHeader ? form : null;
}
