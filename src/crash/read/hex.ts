/** `0x0000000000401136` -> `0x401136`. */
export function trimmedHex(text: string): string {
  return `0x${BigInt(text).toString(16)}`;
}
