import type { ContextEntry, Engine } from "../../src/docker/engine.js";
import { infrastructure } from "../../src/failure.js";
import { contextDigest } from "../../src/images/dockerfiles.js";
import { provideImage } from "../../src/images/image.js";

/** An image for tests, made once of this context: its id. */
export async function testImage(
  engine: Engine,
  title: string,
  context: Readonly<Record<string, ContextEntry>>,
): Promise<string> {
  const { id } = await provideImage({
    engine,
    sink: () => undefined,
    kind: "binary",
    id: title,
    title,
    inputs: { context: contextDigest(context) },
    context,
    network: "none",
    read: () => Promise.resolve(null),
    explain: (code, lines) =>
      infrastructure(`${title}: the build failed (${code}):\n${lines.slice(-20).join("\n")}`),
  });
  return id;
}
