import type { Engine } from "../docker/engine.js";
import type { BaseChoice } from "../images/base/base.js";
import type { SnapshotArchive } from "../images/base/snapshot.js";
import type { Obtain } from "../images/source/resolve.js";
import type { ProgressSink } from "../progress/event.js";

export interface ObtainSetting {
  readonly base?: BaseChoice | undefined;
  readonly platform?: string | undefined;
  readonly snapshotArchive?: SnapshotArchive | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * How source packages are fetched that are asked for and not here yet. `work` gives it an engine and a place for progress, and is called only
 * where there is something to fetch: a plan needs neither.
 */
export function obtainWith(
  work: (fetch: (engine: Engine, sink: ProgressSink) => Promise<void>) => Promise<void>,
  setting: ObtainSetting,
): Obtain {
  return (place, recipe, catalogue) =>
    work(async (engine, sink) => {
      const [{ EnvironmentImages }, { obtainDebian }] = await Promise.all([
        import("../images/environment.js"),
        import("../images/source/debian.js"),
      ]);
      const { base = "auto", platform, snapshotArchive, signal } = setting;
      const images = new EnvironmentImages({
        engine,
        catalogue,
        sink,
        base,
        platform,
        snapshotArchive,
        signal,
      });
      const suite = async (name: string): Promise<string> => (await images.suite(name)).id;
      await obtainDebian({ engine, sink, platform, signal, suite })(place, recipe, catalogue);
    });
}
