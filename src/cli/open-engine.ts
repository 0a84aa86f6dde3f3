import type { Engine } from "../docker/engine.js";
import type { CliContext } from "./command.js";
import { badRequest } from "../failure.js";
import type { EngineArgs } from "./flags.js";

/** Connects as docker's own client would, and registers the engine, so that the end of the process cleans it up. */
export async function openEngine(
  args: Pick<EngineArgs, "host" | "context">,
  context: CliContext,
): Promise<Engine> {
  // dockerode takes a third of a second to load: verbs that need no engine do without it.
  const { connect } = await import("../docker/connection/connect.js");
  const engine = await connect({
    ...(args.host === undefined ? {} : { host: args.host }),
    ...(args.context === undefined ? {} : { context: args.context }),
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
