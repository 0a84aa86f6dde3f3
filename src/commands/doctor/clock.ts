import { ok, warning, type Check } from "./check.js";
import { NO_IMAGE, tryOut } from "./trial.js";

/** Seconds between the two clocks that nothing suffers from. */
const TOLERATED = 2;

/** The clock of the engine's host against this machine's; they are the same but for a remote engine or a virtual machine. */
export const clock: Check = {
  name: "clock",
  title: "clocks",
  async look(site) {
    const trial = await tryOut(site, { script: "date +%s" });
    if (trial === null) return NO_IMAGE;
    const seconds = Number(/^\d+$/m.exec(trial.stdout)?.[0] ?? NaN);
    if (Number.isNaN(seconds)) return warning("the container told no time", "run it again");
    // It printed whole seconds, at some time between the two that were noted here.
    const behind = Math.max(0, trial.asked / 1000 - 1 - seconds);
    const ahead = Math.max(0, seconds - trial.heard / 1000);
    const skew = ahead > 0 ? ahead : -behind;
    if (Math.abs(skew) <= TOLERATED) return ok("the engine's clock and this machine's agree");
    return warning(
      `the engine's clock is ${Math.abs(skew).toFixed(0)} s ${skew > 0 ? "ahead" : "behind"}`,
      "package archives refuse a wrong time: set both clocks by NTP, or restart the engine's virtual machine",
    );
  },
};
