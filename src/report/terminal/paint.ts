import { styleText } from "node:util";

/** What a piece of text is for; the colour is only ever a second sign of what the words say. */
export type Role = "crash" | "warning" | "good" | "quiet" | "title";

const FORMATS = { crash: "red", warning: "yellow", good: "green", quiet: "dim", title: "bold" } as const;

export type Paint = (role: Role, text: string) => string;

/** Colours where `color` is set, else the bare text. Whether a terminal wants colour is its owner's question. */
export function painter(color: boolean): Paint {
  return (role, text) =>
    color && text !== "" ? styleText(FORMATS[role], text, { validateStream: false }) : text;
}
