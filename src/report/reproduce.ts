import type { EnvironmentRecord, Result } from "../result/result.js";

/** How one way to build the program goes by hand: the environments that it holds for, and its commands. */
export interface BuildByHand {
  readonly environments: readonly EnvironmentRecord[];
  readonly commands: readonly string[];
  readonly linkWarnings: readonly string[];
}

/** The command that runs the campaign again. */
export function campaignCommand(result: Result): string {
  const { command } = result.plan;
  return command.startsWith("vivarium") ? command : `vivarium ${command}`;
}

/** The compile commands, each distinct list once. */
export function buildsByHand(result: Result): BuildByHand[] {
  const builds = new Map<string, { environments: EnvironmentRecord[]; build: BuildByHand }>();
  for (const environment of result.environments) {
    const { binary } = environment;
    if (binary === null || binary.commands.length === 0) continue;
    const key = JSON.stringify([binary.commands, binary.linkWarnings]);
    const known = builds.get(key);
    if (known) known.environments.push(environment);
    else {
      const environments = [environment];
      const build = { environments, commands: binary.commands, linkWarnings: binary.linkWarnings };
      builds.set(key, { environments, build });
    }
  }
  return [...builds.values()].map(({ build }) => build);
}
