import type { Engine } from "../docker/engine.js";
import type { CliContext } from "./command.js";
import { badRequest } from "../failure.js";
import type { EngineArgs } from "./flags/engine-flags.js";

type Named = Pick<EngineArgs, "host" | "context">;
/** One engine, as it was named: neither is docker's own choice. */
interface OneEngine {
  readonly host?: string;
  readonly context?: string;
}

/**
 * Connects as docker's own client would, and registers the engine, so that the end of the process cleans it up. Throws where more than one was
 * named: `openEngines` is for what can use several.
 */
export async function openEngine(args: Named, context: CliContext): Promise<Engine> {
  const [one, ...more] = named(args);
  if (more.length > 0)
    throw badRequest(
      `${more.length + 1} engines were named, and this command uses one`,
      "give --host or --context once; 'run' spreads attempts over several",
    );
  return open(one ?? {}, context);
}

/** Connects the engines that were named: the first makes images and reports, attempts are spread over all. */
export async function openEngines(
  args: Named,
  context: CliContext,
): Promise<{ readonly engine: Engine; readonly others: readonly Engine[] }> {
  const [engine, ...others] = await Promise.all(atLeastOne(named(args)).map((one) => open(one, context)));
  return { engine: engine as Engine, others };
}

/** How many engines were named, by any flag. */
export function enginesNamed(args: Named): number {
  return named(args).length;
}

/** As flags and configuration give them. */
interface Flags {
  readonly host?: string | readonly string[] | undefined;
  readonly context?: string | readonly string[] | undefined;
}

/** A flag that was given once is no list where it comes from the configuration. */
function named({ host, context }: Flags): OneEngine[] {
  const hosts = [host ?? []].flat();
  const contexts = [context ?? []].flat();
  // As docker has it, one of each is a contradiction, which connect() tells.
  if (hosts.length === 1 && contexts.length === 1)
    return [{ host: hosts[0] as string, context: contexts[0] as string }];
  return [...hosts.map((each) => ({ host: each })), ...contexts.map((each) => ({ context: each }))];
}

function atLeastOne(engines: readonly OneEngine[]): readonly OneEngine[] {
  return engines.length === 0 ? [{}] : engines;
}

async function open(one: OneEngine, context: CliContext): Promise<Engine> {
  // dockerode takes a third of a second to load: verbs that need no engine do without it.
  const { connect } = await import("../docker/connection/connect.js");
  const engine = await connect({
    ...one,
    env: context.env,
    patience: patienceOf(context.env["VIVARIUM_PATIENCE"]),
  });
  context.engines.add(engine);
  return engine;
}

/** `VIVARIUM_PATIENCE` multiplies every time limit of every request: 5 for an engine that is far or slow. */
function patienceOf(text = "1"): number {
  const patience = Number(text);
  if (patience > 0 && patience <= 1000) return patience;
  throw badRequest(
    `VIVARIUM_PATIENCE=${text}: not a number between 0 and 1000`,
    "for example: VIVARIUM_PATIENCE=5",
  );
}
