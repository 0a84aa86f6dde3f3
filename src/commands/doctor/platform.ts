import { ok, warning, type Check } from "./check.js";
import { NO_IMAGE, tryOut } from "./trial.js";

/** `uname` tells what a program sees, the file (since kernel 6.1) what the kernel is, even under an emulator. */
const SCRIPT = "uname -m; cat /proc/sys/kernel/arch 2> /dev/null";

export const platform: Check = {
  name: "platform",
  title: "platform",
  async look(site) {
    const trial = await tryOut(site, { script: SCRIPT });
    if (trial === null) return NO_IMAGE;
    const [seen = "unknown", kernel] = trial.stdout.split("\n").map((line) => line.trim());
    if (kernel === undefined || kernel === "") {
      return ok(`${seen}; this kernel does not tell whether it is emulated`);
    }
    if (seen === kernel) return ok(`${seen}, not emulated`);
    return warning(
      `${seen} programs are emulated on ${kernel}`,
      "an emulator has crashes and addresses of its own: leave --platform out, or use an engine of that platform (--host)",
    );
  },
};
