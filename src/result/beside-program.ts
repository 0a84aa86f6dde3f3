import { shellLine } from "../images/quote.js";
import type { RunPlan } from "../plan/plan.js";
import type { CampaignOutcome } from "../run/state/campaign-outcome.js";
import { clipLine } from "../text/clip.js";
import { counted, listed } from "../text/numbers.js";

/** A service's command in a sentence. */
const COMMAND = 120;

/** What a campaign had beside its program, in sentences: services, signals at a time and how many were sent, names of hosts. */
export function besideProgram({ plan, cells }: CampaignOutcome): string[] {
  // All cells of a campaign have the same: neither a variant nor an environment changes it.
  const [first] = plan.cells;
  if (first === undefined) return [];
  const { services = [], signals = [], hosts = {} } = first.run;
  return [
    ...services.map(
      ({ name, command }) =>
        `service ${name} ran beside the program, started afresh for each attempt: ${clipLine(shellLine(command), COMMAND)}`,
    ),
    ...signalSentence(signals, cells),
    ...(Object.keys(hosts).length === 0
      ? []
      : [
          `the container's /etc/hosts had ${listed(Object.entries(hosts).map(([name, address]) => `${name} as ${address}`))}`,
        ]),
  ];
}

function signalSentence(signals: NonNullable<RunPlan["signals"]>, cells: CampaignOutcome["cells"]): string[] {
  if (signals.length === 0) return [];
  const when = listed(signals.map(({ signal, atMs }) => `${signal} ${atMs} ms`));
  const was = signals.length === 1 ? "was" : "were";
  const sent = cells.reduce((sum, { signalsSent }) => sum + signalsSent, 0);
  const attempts = cells.reduce((sum, cell) => sum + cell.attempts, 0);
  const missed = attempts * signals.length - sent;
  const why = missed === 0 ? "" : `; ${counted(missed, "time")} it had ended before`;
  return [
    `${when} after its start ${was} sent to the program: ${counted(sent, "signal")} in ${counted(attempts, "attempt")}${why}`,
  ];
}
