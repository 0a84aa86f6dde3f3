import type { Engine } from "../../docker/engine.js";
import { keyOf } from "../../plan/key.js";
import type { ProgressSink } from "../../progress/event.js";
import type { SourceRecipe } from "../../manifest/source-recipe.js";
import { provideImage } from "../image.js";
import { explainImageBuild } from "../recipe/build-failure.js";
import { CACHE, ROOM } from "./recipe-script.js";

/** Who builds, in the container: nobody of every Debian and Alpine image. */
export const BUILDER = 65534;

export interface BuilderOptions {
  readonly engine: Engine;
  readonly sink: ProgressSink;
  readonly signal?: AbortSignal | undefined;
  readonly platform?: string | undefined;
}

/** What the image is called in which a recipe builds on an environment's image. */
export function builderTitle({ name }: Pick<SourceRecipe, "name">, under: string): string {
  return `builder of ${name} on ${under}`;
}

/**
 * The image that sources are built in: an environment's, with what the recipe needs besides. `under` is that image's id. Nothing of it
 * goes into the environment but what a build leaves.
 */
export async function provideBuilder(
  recipe: Pick<SourceRecipe, "name" | "packages">,
  under: { readonly id: string; readonly title: string },
  options: BuilderOptions,
): Promise<{ readonly id: string; readonly key: string }> {
  const dockerfile = [
    `FROM ${under.id}`,
    "RUN set -eu; \\",
    "    if command -v apk > /dev/null; then \\",
    `      apk add --no-cache ${recipe.packages.join(" ")}; \\`,
    "    else \\",
    "      export DEBIAN_FRONTEND=noninteractive; \\",
    "      apt-get update -q; \\",
    `      apt-get install -q -y --no-install-recommends ${recipe.packages.join(" ")}; \\`,
    "      apt-get clean; \\",
    "      rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log; \\",
    "    fi; \\",
    `    install -d -m 1777 ${ROOM}; install -d -o ${BUILDER} -g ${BUILDER} ${CACHE}`,
    "",
  ].join("\n");
  const title = builderTitle(recipe, under.title);
  const { id } = await provideImage<null>({
    ...options,
    kind: "part",
    id: `builder:${recipe.name}:${under.title}`,
    title,
    inputs: { dockerfile, platform: options.platform ?? null },
    context: { Dockerfile: { content: dockerfile } },
    read: () => Promise.resolve(null),
    explain: (code, lines) => explainImageBuild(title, code, lines),
  });
  return { id, key: keyOf({ dockerfile }) };
}
