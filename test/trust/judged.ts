import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Result } from "../../src/result/result.js";
import { JOURNAL_FILE } from "../../src/run/store/open-campaign.js";
import type { RowContent } from "../../src/run/journal/attempt-row.js";
import { rowsIn } from "../run/journal/journal-rows.js";
import type { Ended, Room } from "./room.js";

const CAMPAIGNS = join(".vivarium", "campaigns");
/** By the number of bytes that the room's program printed: its wait status and what it must be called. */
const ENDS: readonly (readonly [status: number, outcome: RowContent["outcome"]] | null)[] = [
  null,
  [11, "crash"],
  [3 << 8, "exit"],
  [0, "clean"],
];

/** Names of the campaigns in a room, in no order. */
export async function campaignsIn(room: Room): Promise<string[]> {
  return readdir(join(room.folder, CAMPAIGNS)).catch(() => []);
}

export function campaignFolder(room: Room, id: string): string {
  return join(room.folder, CAMPAIGNS, id);
}

/** What is wrong with how a command ended that was to make `runs` attempts with `--json`; empty where nothing is. */
export function wrongs(room: Room, ended: Ended, runs: number): string[] {
  const { code, signal, stdout, stderr, hung } = ended;
  const said = `\n--- it said:\n${stderr.slice(-3000)}`;
  if (hung) return [`it went on past its deadline${said}`];
  const found = unseemly(stderr).map((each) => each + said);
  if (signal !== null) found.push(`${signal} ended it${said}`);
  else if (code !== 0 && code !== 3) found.push(`exit ${code}${said}`);
  if (code === 3 && !/^(vivarium: |.*(warning|given up|lost))/m.test(stderr)) found.push(`no message${said}`);
  if (stdout === "") {
    if (code === 0) found.push("success without a result");
    return found;
  }
  const result = Result.parse(JSON.parse(stdout));
  const [environment] = result.environments;
  if (code === 0 && !result.complete) found.push("success of a campaign that is not complete");
  if (environment === undefined) return [...found, "a result without its environment"];
  if (result.complete && environment.attempts !== runs) {
    found.push(`complete with ${environment.attempts} of ${runs} attempts`);
  }
  return [...found, ...miscounted(room, result)];
}

/** Signs of a fault of vivarium's own in what it said. */
export function unseemly(stderr: string): string[] {
  const signs = [/a fault of vivarium itself.*/, /unhandled.*/i, /^\s+at .+:\d+:\d+\)?$/m, /Warning: .*/];
  return signs.flatMap((sign) => sign.exec(stderr)?.[0] ?? []);
}

/** Where a result and its journal do not agree with each other, or with what the attempts said themselves. */
function miscounted(room: Room, { id, environments: [environment] }: Result): string[] {
  const rows = rowsIn(join(campaignFolder(room, id), JOURNAL_FILE))[0] ?? [];
  const found = wrongRows(rows);
  if (environment === undefined) return found;
  const outcomes = { crash: 0, exit: 0, timeout: 0, clean: 0 };
  for (const { outcome } of rows) outcomes[outcome]++;
  if (
    environment.attempts !== rows.length ||
    JSON.stringify(outcomes) !== JSON.stringify(pick(environment))
  ) {
    found.push(
      `the journal has ${rows.length} ${JSON.stringify(outcomes)}, the result ${environment.attempts} ${JSON.stringify(environment.outcomes)}`,
    );
  }
  for (const { evidence, outcome } of environment.signatures) {
    if (outcome === "crash" && evidence.siginfo !== null && evidence.siginfo.address !== "0x8")
      found.push(`evidence of another crash: ${JSON.stringify(evidence.siginfo)}`);
  }
  return found;
}

function pick({ outcomes: { crash, exit, timeout, clean } }: Result["environments"][number]): object {
  return { crash, exit, timeout, clean };
}

/** Attempts that are in a journal twice, or as something else than they said. */
export function wrongRows(rows: readonly RowContent[]): string[] {
  const found: string[] = [];
  const seen = new Set<number>();
  for (const { attempt, outcome, counted } of rows) {
    const { number, status, bytesOut } = attempt;
    if (seen.has(number)) found.push(`attempt ${number} is there twice`);
    seen.add(number);
    const end = ENDS[bytesOut];
    if (end?.[0] !== status || end[1] !== outcome || counted !== (outcome === "crash"))
      found.push(`attempt ${number} said end ${bytesOut}: status ${status}, ${outcome}, counted ${counted}`);
  }
  return found;
}
