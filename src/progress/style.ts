import { styleText } from "node:util";

export type Tint = "green" | "red" | "yellow" | "dim" | "bold";
/** Colours a text, or leaves it as it is. */
export type Paint = (tint: Tint, text: string) => string;

export const plainPaint: Paint = (_tint, text) => text;
/** The decision was made for stderr by `wantsColour`; node's own looks at stdout. */
export const colourPaint: Paint = (tint, text) => styleText(tint, text, { validateStream: false });

/** The environment's wish: NO_COLOR (no-color.org: any value but the empty one) or a terminal that has none. */
export function wantsColour(env: NodeJS.ProcessEnv): boolean {
  return (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
}
