import { crc32 } from "node:zlib";

/** `crc32 of the JSON in hex, space, JSON, newline`: one line of a journal. */
export function checksummed(json: string): string {
  return `${crc32(json).toString(16).padStart(8, "0")} ${json}\n`;
}

/** The JSON value of a line (without its newline), or undefined where it is not what was written. */
export function checked(line: Buffer): unknown {
  if (line.length < 10 || line[8] !== 0x20) return undefined;
  const sum = line.toString("latin1", 0, 8);
  const json = line.subarray(9);
  if (crc32(json).toString(16).padStart(8, "0") !== sum) return undefined;
  try {
    return JSON.parse(json.toString("utf8"));
  } catch {
    return undefined;
  }
}
