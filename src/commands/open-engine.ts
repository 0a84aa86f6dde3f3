import { connect } from "../docker/connect.js";
import type { Engine } from "../docker/engine.js";
import type { Surroundings } from "./command.js";
import type { EngineArgs } from "./flags.js";

/** Connects as docker's own client would, and registers the engine, so that the end of the process cleans it up. */
export async function openEngine(
  args: Pick<EngineArgs, "host" | "context">,
  around: Surroundings,
): Promise<Engine> {
  const engine = await connect({
    ...(args.host === undefined ? {} : { host: args.host }),
    ...(args.context === undefined ? {} : { context: args.context }),
    env: around.env,
  });
  around.engines.add(engine);
  return engine;
}
