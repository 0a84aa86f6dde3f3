import { ok, warning, type Check } from "./check.js";
import { NO_IMAGE, tryOut } from "./trial.js";

const MiB = 1024 ** 2;
const MEMORY = 64 * MiB;
const PROCESSES = 32;

/** Takes twice the memory and twice the processes that it may have, and tells how far it came. */
const SCRIPT = `
(head -c ${2 * MEMORY} /dev/zero | tail -c ${2 * MEMORY} > /dev/null) 2> /dev/null
echo "memory $?"
forked=$( (i=0; while [ $i -lt ${2 * PROCESSES} ]; do sleep 30 > /dev/null & i=$((i+1)); echo forked; done) 2> /dev/null | grep -c forked)
echo "processes $forked"
touch /written 2> /dev/null && echo "root written"
`;

/** Limits that an engine accepts and drops without a word make a hostile program a danger to this machine. */
export const limits: Check = {
  name: "limits",
  title: "limits",
  async look(site) {
    const trial = await tryOut(site, { script: SCRIPT, memory: MEMORY, processes: PROCESSES });
    if (trial === null) {
      return site.facts.warnings.length === 0 ? NO_IMAGE : warning(site.facts.warnings.join("; "), REMEDY);
    }
    const memory = /^memory (\d+)$/m.exec(trial.stdout)?.[1];
    const processes = Number(/^processes (\d+)$/m.exec(trial.stdout)?.[1] ?? NaN);
    const missing = [
      memory === "0" ? "memory is not limited" : null,
      processes >= 2 * PROCESSES ? "the number of processes is not limited" : null,
      trial.stdout.includes("root written") ? "the root is writable" : null,
      ...site.facts.warnings,
      ...trial.warnings,
    ].filter((each) => each !== null);
    if (missing.length > 0) return warning([...new Set(missing)].join("; "), REMEDY);
    if (memory === undefined || Number.isNaN(processes)) {
      return warning(
        `the trial ended early (status ${trial.end.exitCode}${trial.end.oomKilled ? ", out of memory" : ""})`,
        "run it again; if it stays so, report it",
      );
    }
    return ok(
      `memory: killed beyond ${MEMORY / MiB} MiB; processes: ${processes} of ${2 * PROCESSES} with a limit of ${PROCESSES}; root read-only`,
    );
  },
};

const REMEDY =
  "campaigns run, and results say so; a rootless engine limits with cgroup v2 and systemd's delegation of cpu, memory and pids";
