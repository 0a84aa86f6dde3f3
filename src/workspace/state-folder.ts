import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { infrastructure } from "../failure.js";
import { sweepDrafts } from "./sweep-drafts.js";

/** Where vivarium keeps campaigns and copies of repros, in the folder that it is run in. */
export const STATE_FOLDER = ".vivarium";

const SWEEP_AFTER_MS = 200;

/** Makes the folder, with a .gitignore that keeps it out of the user's repository. */
export async function makeStateFolder(cwd: string): Promise<void> {
  const folder = join(cwd, STATE_FOLDER);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, ".gitignore"), "*\n", { flag: "wx" });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "EEXIST") {
      // Nothing waits for it, and it never throws. By then the first container is being started.
      setTimeout(() => void sweepDrafts(folder), SWEEP_AFTER_MS).unref();
      return;
    }
    throw infrastructure(
      `${folder}: cannot be written: ${message}`,
      "run vivarium in a folder where you may write",
      cause,
    );
  }
}
