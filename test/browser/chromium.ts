import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/** The system's Chromium: the first on PATH. There is none of our own, so a machine without one cannot run these tests. */
function executable(): string {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter))
    for (const name of NAMES) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // Not here: the next one.
      }
    }
  throw new Error(`no Chromium on PATH (${NAMES.join(", ")}); on Debian: apt-get install chromium`);
}

/** A headless browser with a profile of its own that speaks to nobody. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: executable(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
