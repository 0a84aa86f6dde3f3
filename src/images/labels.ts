import type { ImageRecord, Labels } from "../docker/engine.js";

/** What vivarium's images carry; `clean` and `doctor` find them by KIND. */
export const KIND = "vivarium.image";
/** base: a bare root file system; part: an image under an environment's; environment, binary: ready to use. */
export type ImageKind = "base" | "part" | "environment" | "binary";

const KEY = "vivarium.key";
/** What it is, for people. */
export const TITLE = "vivarium.title";
const FACTS = "vivarium.facts";

/** The labels of an image: its kind, the hash of its inputs, what it is for people, and what was found in it. */
export function imageLabels(kind: ImageKind, key: string, title: string, facts: unknown): Labels {
  return { [KIND]: kind, [KEY]: key, [TITLE]: title, [FACTS]: JSON.stringify(facts) };
}

/** The labels of an image that is not finished. */
export function partLabels(key: string): Labels {
  return { [KIND]: "part", [KEY]: key };
}

/** The one label by which a build's image is told from any other. */
export function keyLabel(key: string): Labels {
  return { [KEY]: key };
}

/** All labels as one instruction of a Dockerfile: the classic builder takes a step for each that is given otherwise. */
export function labelLine(labels: Labels): string {
  const quoted = (text: string): string => `"${text.replace(/[\\"$]/g, "\\$&")}"`;
  return `LABEL ${Object.entries(labels)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(" ")}`;
}

/** Whether an image is of this kind and made from exactly these inputs. */
export function isOf(image: ImageRecord, kind: ImageKind, key: string): boolean {
  return image.labels[KIND] === kind && image.labels[KEY] === key;
}

/** What was found in an image when it was made, as it was written then; null where it has none. */
export function factsOf(image: ImageRecord): unknown {
  const text = image.labels[FACTS];
  return text === undefined || text === "" ? null : (JSON.parse(text) as unknown);
}

/** `vivarium/env:0123456789abcdef` */
export function imageTag(kind: ImageKind, key: string): string {
  const name = { base: "base", part: "part", environment: "env", binary: "bin" }[kind];
  return `vivarium/${name}:${key.slice(0, 16)}`;
}
