import { ok, warning, type Check } from "./check.js";
import { NO_IMAGE, tryOut } from "./trial.js";

/** Core files are off for attempts; but a handler behind a pipe is started all the same wherever the limit is not 0. */
export const corePattern: Check = {
  name: "core-pattern",
  title: "core files",
  async look(site) {
    const trial = await tryOut(site, { script: "cat /proc/sys/kernel/core_pattern" });
    if (trial === null) return NO_IMAGE;
    const pattern = trial.stdout
      .trim()
      .replace(/[^\x20-\x7e]/g, "?")
      .slice(0, 200);
    if (!pattern.startsWith("|")) return ok(`'${pattern}': a file, which the limit of 0 turns off`);
    return warning(
      `every crash may start ${pattern.slice(1).split(" ")[0]} on the engine's host`,
      "it slows crashes down and fills a disk; as root there: sysctl kernel.core_pattern=core",
    );
  },
};
