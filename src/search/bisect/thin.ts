import pLimit from "p-limit";
import type { Engine } from "../../docker/engine.js";
import type { Binary } from "../../images/binary.js";
import type { Built } from "../bench.js";

const AT_A_TIME = 4;

/**
 * Removes the images that a search made of points that nothing rests on: a tested Go takes 300 MB. `fresh`: what was built, by point; `kept`: the
 * points whose images stay, with whatever they share with others; `environments`: whether each point has an environment of its own. Returns how many
 * points were thinned out. An image that something else uses stays.
 */
export async function thin(
  engine: Pick<Engine, "removeImage">,
  fresh: ReadonlyMap<string, Pick<Built, "binary">>,
  kept: ReadonlySet<string>,
  environments: boolean,
): Promise<number> {
  const imagesOf = ({ image, builtIn, ranOn }: Binary): string[] => [
    image,
    ...(environments ? [ranOn.image, builtIn.image] : []),
  ];
  const points = [...fresh];
  const stay = new Set(points.flatMap(([point, { binary }]) => (kept.has(point) ? imagesOf(binary) : [])));
  const limit = pLimit(AT_A_TIME);
  const going = points.filter(([point]) => !kept.has(point));
  await Promise.all(
    going.map(([, { binary }]) =>
      limit(async () => {
        // In this order: an environment cannot go while a program is built on it.
        for (const image of new Set(imagesOf(binary))) {
          if (!stay.has(image)) await engine.removeImage(image).catch(() => undefined);
        }
      }),
    ),
  );
  return going.length;
}
