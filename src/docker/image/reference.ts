import { badRequest } from "../../failure.js";

export interface Reference {
  /** `debian`, `registry:5000/team/image`. */
  readonly name: string;
  /** Null where none is written. */
  readonly tag: string | null;
  /** `sha256:…`, or null. */
  readonly digest: string | null;
}

/** Splits `name[:tag][@digest]`. Throws Failure("request") where it is none. */
export function parseReference(text: string): Reference {
  const match =
    /^((?:\w[\w.-]*(?::\d+)?\/)?\w[\w.-]*(?:\/\w[\w.-]*)*)(?::(\w[\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      text,
    );
  const name = match?.[1];
  if (name === undefined)
    throw badRequest(`'${text}' is not an image reference`, "write name:tag or name@sha256:…");
  return { name, tag: match?.[2] ?? null, digest: match?.[3] ?? null };
}

/** An image reference or id as a part of a path. */
export function referencePath(text: string): string {
  if (!/^[\w][\w.\-/:@]*$/.test(text) || text.includes("..")) {
    throw badRequest(`'${text}' is not an image reference`, "write name:tag, name@sha256:… or an image id");
  }
  return text;
}
