import { ok, warning, type Check } from "./check.js";
import { NO_IMAGE, tryOut } from "./trial.js";

/** Stops a program at its first instruction, as a capture would, and asks gdb's Python. */
const SCRIPT = `gdb -nx -q -batch -iex 'set auto-load off' \\
  -ex 'set startup-with-shell off' -ex 'set disable-randomization off' \\
  -ex starti -ex 'print $pc' -ex 'python print("python " + "works")' -ex kill /bin/true 2>&1`;

export const trace: Check = {
  name: "trace",
  title: "ptrace and gdb",
  async look(site) {
    const trial = await tryOut(site, { script: SCRIPT });
    if (trial === null) return NO_IMAGE;
    const stopped = /^\$1 = .*0x[0-9a-f]+/m.test(trial.stdout);
    const python = trial.stdout.includes("python works");
    if (stopped && python) return ok("gdb stops a program in a confined container, and has Python");
    const said = trial.stdout.trim().split("\n").at(-1) ?? "";
    if (!stopped) {
      return warning(
        `gdb cannot trace: ${printable(said)}`,
        "crashes are counted, without native traces; tracing needs kernel 4.8 and a seccomp profile that allows ptrace",
      );
    }
    return warning(`gdb has no Python: ${printable(said)}`, "crashes are counted, without native traces");
  },
};

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?").slice(0, 200);
}
