import { counted } from "../text/numbers.js";
import { code, codes, say, technical, type Phrase } from "../text/phrase.js";
import type { Result } from "../result/result.js";
import { sameCrashes } from "../result/same-crash.js";
import { howOften, infraGroups } from "./infra-groups.js";
import { uncounted } from "./uncounted.js";

/** At most this many failures of infrastructure are shown one by one. */
const MAX_SHOWN = 5;

function hosts(result: Result): Phrase[] {
  const kernels = [...new Set(result.environments.map(({ host }) => host.kernel))];
  const cpus = [...new Set(result.environments.map(({ host }) => host.cpu))];
  const engines = [...new Set(result.environments.map(({ host }) => host.engine))];
  if (kernels.length === 0) return [];
  return [
    say`Containers share the kernel of their host, so it was not varied: ${codes(kernels)} on ${codes(cpus)}, under ${codes(engines)}.`,
  ];
}

function infra(result: Result): Phrase[] {
  const groups = infraGroups(result);
  const shown = groups
    .slice(0, MAX_SHOWN)
    .map(
      (group) =>
        say`Infrastructure, not counted: ${code(group.where)}${howOften(group)}: ${technical(group.message)}`,
    );
  const more = groups.slice(MAX_SHOWN).reduce((sum, { times }) => sum + times, 0);
  return more > 0
    ? [...shown, say`${counted(more, "more failure")} of infrastructure, not counted either.`]
    : shown;
}

/** What limits the claims: warnings, loosened walls, lost attempts, evidence that could not be had, one shared kernel. */
export function limits(result: Result): Phrase[] {
  return [
    ...(result.complete
      ? []
      : [say`The campaign is incomplete: it ended before its stop rule was met everywhere.`]),
    ...[uncounted(result)].flatMap((what) => (what === null ? [] : [technical(what)])),
    ...result.warnings.map(technical),
    ...result.plan.loosened.map((what) => say`Loosened on request: ${technical(what)}.`),
    ...infra(result),
    ...sameCrashes(result).flatMap(({ mark, best }) =>
      best.evidence.incomplete.map((what) => say`Evidence of ${mark}: ${technical(what)}`),
    ),
    ...result.environments
      .filter(({ identicalTo }) => identicalTo !== null)
      .map(
        ({ id, identicalTo }) =>
          say`${code(id)} has the same binary and image as ${code(identicalTo ?? "")}: run once for both.`,
      ),
    ...hosts(result),
    ...(result.redacted.length === 0
      ? []
      : [
          say`Replaced before sharing: ${result.redacted.map(({ what, count }) => `${what} (${count})`).join(", ")}.`,
        ]),
  ];
}
