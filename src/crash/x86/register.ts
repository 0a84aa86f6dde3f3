const LEGACY = "ax bx cx dx si di bp sp".split(" ");

/** The 64-bit register that a name is (a part of), with the bits that it names: `ah` -> rax, 8, shifted by 8. */
export interface RegisterPart {
  readonly family: string;
  readonly bits: number;
  readonly shift: number;
}

const PARTS = new Map<string, RegisterPart>();
for (const name of LEGACY) {
  const family = `r${name}`;
  PARTS.set(family, { family, bits: 64, shift: 0 });
  PARTS.set(`e${name}`, { family, bits: 32, shift: 0 });
  PARTS.set(name, { family, bits: 16, shift: 0 });
  PARTS.set(name.endsWith("x") ? `${name[0]}l` : `${name}l`, { family, bits: 8, shift: 0 });
  if (name.endsWith("x")) PARTS.set(`${name[0]}h`, { family, bits: 8, shift: 8 });
}
for (let n = 8; n <= 15; n++) {
  const family = `r${n}`;
  PARTS.set(family, { family, bits: 64, shift: 0 });
  for (const [suffix, bits] of [
    ["d", 32],
    ["w", 16],
    ["b", 8],
    ["l", 8],
  ] as const) {
    PARTS.set(`${family}${suffix}`, { family, bits, shift: 0 });
  }
}
PARTS.set("rip", { family: "rip", bits: 64, shift: 0 });
PARTS.set("eip", { family: "rip", bits: 32, shift: 0 });

/** Null for what is no general register (`xmm0`, `st(1)`, `k1`). */
export function registerPart(name: string): RegisterPart | null {
  return PARTS.get(name) ?? null;
}

/** The mode that a program runs in: how wide its addresses are. */
export type Mode = 32 | 64;

/** The mode that registers are of: gdb names those of a program of 32 bits `eip`, `eax`. */
export function modeOf(registers: Readonly<Record<string, string>>): Mode {
  return Object.hasOwn(registers, "eip") ? 32 : 64;
}

/** The name that a register of a family (`rsp`) has in a mode: `rsp`, `esp`. */
export function nameIn(family: string, mode: Mode): string {
  return mode === 64 ? family : family.replace(/^r(?=[a-z])/, "e");
}

/** Value of a register or a part of one, of those that gdb gave; null where it is not among them. */
export function registerValue(name: string, registers: Readonly<Record<string, string>>): bigint | null {
  const part = PARTS.get(name);
  if (part === undefined) return null;
  const whole = nameIn(part.family, modeOf(registers));
  if (!Object.hasOwn(registers, whole)) return null;
  return BigInt.asUintN(part.bits, BigInt(registers[whole] ?? "0x0") >> BigInt(part.shift));
}

/** `0x…` of the low 64 bits. */
export function hex(value: bigint): string {
  return `0x${BigInt.asUintN(64, value).toString(16)}`;
}
