import { open } from "node:fs/promises";
import type { JournalFile } from "../../src/run/journal/writer.js";

/** A disk with room for so many bytes more: the file is real; a write beyond the room is short, and the next one fails. */
export async function nearlyFull(path: string, room: number): Promise<JournalFile> {
  const file = await open(path, "r+");
  let left = room;
  const write = async (bytes: Buffer, offset: number, length: number, position: number) => {
    if (left === 0) {
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    }
    const fits = Math.min(length, left);
    left -= fits;
    return file.write(bytes, offset, fits, position);
  };
  return {
    write: write as JournalFile["write"],
    datasync: () => file.datasync(),
    truncate: (length) => file.truncate(length),
    close: () => file.close(),
  };
}
