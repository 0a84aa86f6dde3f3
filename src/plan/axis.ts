import { badRequest } from "../failure.js";
import { didYouMean } from "../manifest/nearest.js";
import type { Manifest, Variant } from "../manifest/repro.js";
import type { CampaignRequest } from "./request.js";

/** Name of the one variant of a repro that declares none. */
const ONLY = "default";

/** A variant of the repro as it is built in this campaign, linked in one way. */
export interface Axis {
  /** The variant's name, with the linking where that is an axis: `uncached,dynamic`. */
  readonly name: string;
  readonly variantName: string;
  readonly variant: Variant;
  readonly link: "static" | "dynamic" | null;
  /** Over its sources. */
  readonly patches: readonly string[];
}

/** The variants, and ways to link them, that a request asks for: mostly one. */
export function chooseVariants(manifest: Manifest, request: CampaignRequest): Axis[] {
  const declared = Object.entries(manifest.variants ?? {});
  const all: [string, Variant][] = declared.length > 0 ? declared : [[ONLY, {}]];
  const names = all.map(([name]) => name);
  const wanted = request.variant ?? manifest.default ?? (names[0] as string);
  if (!names.includes(wanted)) {
    throw badRequest(`${manifest.name} has no variant '${wanted}'`, didYouMean(wanted, names));
  }
  const across = request.across ?? [];
  if (across.includes("variants") && request.variant !== undefined) {
    throw badRequest("--variant and --across variants exclude each other");
  }
  if (across.includes("link") && request.build?.link !== undefined) {
    throw badRequest("--link and --across link exclude each other");
  }
  const chosen = across.includes("variants") ? all : all.filter(([name]) => name === wanted);
  const links = across.includes("link") ? (["static", "dynamic"] as const) : ([null] as const);
  return chosen
    .flatMap(([variantName, variant]) =>
      links.map((link) => ({
        name: link === null ? variantName : variantName === ONLY ? link : `${variantName},${link}`,
        variantName,
        variant,
        link,
        patches: [],
      })),
    )
    .flatMap((axis) => withAndWithout(axis, request.patches ?? []));
}

function withAndWithout(axis: Axis, patches: readonly string[]): Axis[] {
  if (patches.length === 0) return [axis];
  return [axis, { ...axis, name: [axis.name, ...patches.map(patchName)].join("+"), patches }];
}

/** As it was named: a copy of it lies in a folder of flags' files, under a number. */
function patchName(path: string): string {
  return path.replace(/^.*\/(\d+-)?/, "");
}
