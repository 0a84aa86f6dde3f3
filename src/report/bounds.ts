import { counted, percent } from "../text/numbers.js";
import { code, codes, say, type Phrase } from "../text/phrase.js";
import type { EnvironmentRecord, Result } from "../result/result.js";

/** Environments whose bound reads the same are said once. */
function bySameBound(environments: readonly EnvironmentRecord[]): Phrase[] {
  const groups = new Map<string, { names: string[]; first: EnvironmentRecord }>();
  for (const environment of environments) {
    const { rate, attempts } = environment;
    if (rate === null || rate.estimate > 0) continue;
    const key = JSON.stringify([attempts, rate.of, rate.high, rate.confidence, rate.method]);
    const group = groups.get(key);
    if (group) group.names.push(environment.id);
    else groups.set(key, { names: [environment.id], first: environment });
  }
  return [...groups.values()].flatMap(({ names, first }) => {
    const { rate, attempts } = first;
    if (rate === null) return [];
    const each = names.length > 1 ? " each" : "";
    return [
      say`${codes(names)}: ${code(rate.of)} in none of ${counted(attempts, "attempt")}${each}: with ${percent(rate.confidence)} confidence (${code(rate.method)}) the rate is below ${percent(rate.high, "up")}.`,
    ];
  });
}

/** What was not seen, and how rare it may yet be: a bound for each rate of zero, and outcomes that never came. */
export function notSeen(result: Result): Phrase[] {
  const ran = result.environments.filter(({ attempts }) => attempts > 0);
  const attempts = ran.reduce((total, environment) => total + environment.attempts, 0);
  const never = (outcome: "crash" | "exit" | "timeout") =>
    attempts > 0 && ran.every(({ outcomes }) => outcomes[outcome] === 0);
  const unseen = [
    ...(never("crash") ? ["crashed"] : []),
    ...(never("exit") ? ["exited with a status other than 0"] : []),
    ...(never("timeout") ? ["met its time limit"] : []),
  ];
  const unmade = result.environments
    .filter(({ attempts: made, notBuilt }) => made === 0 && notBuilt === undefined)
    .map(({ id }) => id);
  return [
    ...bySameBound(ran),
    ...(unseen.length === 0
      ? []
      : [say`No attempt ${unseen.join(", or ")} (of ${counted(attempts, "attempt")}).`]),
    ...(unmade.length === 0 ? [] : [say`${codes(unmade)}: nothing is known, as no attempt counted there.`]),
  ];
}
