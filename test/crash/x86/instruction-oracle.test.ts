import { readFileSync } from "node:fs";
import iced from "iced-x86";
import { describe, expect, test } from "vitest";
import { parseInstruction } from "../../../src/crash/x86/instruction.js";
import { memoryAccesses } from "../../../src/crash/x86/memory-access.js";
import { registerPart } from "../../../src/crash/x86/register.js";
import { writtenRegisters } from "../../../src/crash/x86/written-registers.js";

const { Code, Decoder, DecoderOptions, InstructionInfoFactory, OpAccess, Register } = iced;

/** MPX is gone from processors, enter's copies of frame pointers from compilers; the rest are no instructions. */
const LEFT_OUT = /\b(?:bnd(?:ldx|stx)|enter|fndisi|fneni)\b/;

const ACCESS: Partial<Record<number, "read" | "write" | "read-write">> = {
  [OpAccess.Read]: "read",
  [OpAccess.CondRead]: "read",
  [OpAccess.Write]: "write",
  [OpAccess.CondWrite]: "write",
  [OpAccess.ReadWrite]: "read-write",
  [OpAccess.ReadCondWrite]: "read-write",
};

/** One instruction of each shape in a libc, libm, libcrypto and bash: its bytes, its address, objdump's text. */
const rows = readFileSync(new URL("../../corpus/instruction/shapes.tsv", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => {
    const [bytes = "", address = "", ...text] = line.split("\t");
    return { bytes: Buffer.from(bytes, "hex"), address: BigInt(`0x${address}`), text: text.join(" ") };
  });

const decoded = rows.flatMap((row) => {
  const decoder = new Decoder(64, row.bytes, DecoderOptions.None);
  decoder.ip = row.address;
  const instruction = decoder.decode();
  const whole = instruction.code !== Code.INVALID && instruction.length === row.bytes.length;
  return whole && !LEFT_OUT.test(row.text) ? [{ ...row, instruction }] : [];
});
const factory = new InstructionInfoFactory();

function named(register: number): string {
  return register === Register.None || register === Register.RIP
    ? "-"
    : (Register[register] ?? "").toLowerCase();
}

describe("instructions as text, held against a decoder of their bytes", () => {
  test("there are enough of them", () => expect(decoded.length).toBeGreaterThan(5000));

  test("every one is read", () => {
    expect(decoded.filter(({ text }) => parseInstruction(text) === null).map(({ text }) => text)).toEqual([]);
  });

  test("memory operands and what is done to them agree", () => {
    const differing = decoded.flatMap(({ text, instruction }) => {
      const theirs = factory
        .info(instruction)
        .usedMemory()
        .flatMap((memory) => {
          const access = ACCESS[memory.access];
          return access === undefined
            ? []
            : [`${access} ${named(memory.base)} ${named(memory.index)} ${memory.scale}`];
        });
      const parsed = parseInstruction(text);
      const ours = (parsed === null ? [] : memoryAccesses(parsed)).map(({ access, operand }) => {
        const base = operand.base === null || /^[re]ip$/.test(operand.base) ? "-" : operand.base;
        return `${access} ${base} ${operand.index ?? "-"} ${operand.scale}`;
      });
      const same = [...new Set(theirs)].sort().join(", ") === [...new Set(ours)].sort().join(", ");
      return same ? [] : [`${text}: ${ours.join(", ")}; the decoder: ${theirs.join(", ")}`];
    });
    expect(differing).toEqual([]);
  });

  test("displacements agree", () => {
    const differing = decoded.flatMap(({ text, instruction }) => {
      const memory = parseInstruction(text)?.operands.find((operand) => operand.kind === "memory");
      if (memory?.kind !== "memory" || memory.base === null || /^[re]ip$/.test(memory.base)) return [];
      const theirs = BigInt.asIntN(64, instruction.memoryDisplacement);
      // Addresses of 32 bits hold their displacement without its sign.
      const same = memory.displacement === theirs || BigInt.asIntN(32, theirs) === memory.displacement;
      return same ? [] : [`${text}: ${memory.displacement}, ${theirs}`];
    });
    expect(differing).toEqual([]);
  });

  test("no general register that one writes is missed", () => {
    const missed = decoded.flatMap(({ text, instruction }) => {
      const parsed = parseInstruction(text);
      const ours = parsed === null ? null : writtenRegisters(parsed);
      if (ours === null) return [];
      const theirs = factory
        .info(instruction)
        .usedRegisters()
        .flatMap(({ access, register }) => {
          const part = registerPart(named(register));
          return part !== null && ACCESS[access]?.includes("write") ? [part.family] : [];
        });
      const missing = theirs.filter((family) => !ours.has(family) && family !== "rsp" && family !== "rip");
      return missing.length === 0 ? [] : [`${text}: ${missing.join(" ")}`];
    });
    expect(missed).toEqual([]);
  });
});
