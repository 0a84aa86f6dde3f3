import type { CatalogueImage } from "../manifest/catalogue.js";

/** What the Dockerfile of a suite is told. `base`: the image that it builds on. */
export function suiteArguments(base: string, entry: CatalogueImage): Record<string, string> {
  return {
    BASE: base,
    PACKAGES: entry.packages.join(" "),
    ...(entry.suite === undefined ? {} : { SUITE: entry.suite }),
    ...(entry.overlay === undefined
      ? {}
      : { OVERLAY_SUITE: entry.overlay.suite, OVERLAY_PACKAGES: entry.overlay.packages.join(" ") }),
    ...(entry.rolling === true || entry.snapshot !== undefined ? { CHECK_VALID_UNTIL: "false" } : {}),
  };
}
