import { registryOf } from "../../docker/image/pull.js";
import { ok, warning, type Check, type Site } from "./check.js";

/** How long a registry may be silent. */
const PATIENCE_MS = 6_000;
/** A tag that no image has: asking for it reaches the registry, and downloads nothing. */
const NO_SUCH_TAG = "vivarium-doctor-asks-for-no-image";

export const registry: Check = {
  name: "registry",
  title: "registry",
  async look(site) {
    const images = Object.values(site.catalogue.images).map((image) => withoutTag(image.registry));
    // One image of each registry.
    const asked = [...new Map(images.map((name) => [registryOf(name), name])).entries()];
    const silent: string[] = [];
    for (const [host, name] of asked) {
      const why = await silence(site, `${name}:${NO_SUCH_TAG}`);
      if (why !== null) silent.push(`${host}: ${why}`);
    }
    if (silent.length === 0) return ok(`the engine reaches ${asked.map(([host]) => host).join(", ")}`);
    return warning(
      `the engine does not reach ${silent.join("; ")}`,
      "base images are then made here (--base bootstrap); behind a proxy, set it in the engine's own configuration",
    );
  },
};

/** `host:5000/name:tag@digest` -> `host:5000/name` */
function withoutTag(reference: string): string {
  return reference.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
}

/** Null where the registry answered, else why it did not. */
async function silence({ engine, signal }: Site, reference: string): Promise<string | null> {
  const patience = new AbortController();
  let why: string | null = null;
  const timer = setTimeout(() => {
    why ??= `nothing was heard within ${PATIENCE_MS / 1000} s`;
    patience.abort();
  }, PATIENCE_MS);
  try {
    await engine.pull(reference, {
      signal: AbortSignal.any([signal, patience.signal]),
      onLine: (line) => {
        if (!line.endsWith("trying again")) return;
        why = line.replace(/; trying again$/, "").replace(`pull ${reference}: `, "");
        patience.abort();
      },
    });
    return null;
  } catch (error) {
    signal.throwIfAborted();
    const { message } = error as Error;
    return /not found|manifest unknown|denied|unauthorized/i.test(message) ? null : (why ?? message);
  } finally {
    clearTimeout(timer);
  }
}
