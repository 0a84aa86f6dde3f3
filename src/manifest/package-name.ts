/** A package as a manifest and `--package` name it: `zlib1g-dev`, or `alpine-*:zlib-dev` for some environments alone. */
export interface PackageWord {
  /** The environments that it is for: a pattern; undefined for all. */
  readonly environment?: string | undefined;
  /** Its name in the distribution of the environment's image. */
  readonly name: string;
}

/** Names as Debian (policy 5.6.7) and Alpine have them. What ends with a dash would be taken out by apt, and what begins with one is an option. */
const WORD = /^(?:([a-z0-9*?][\w.*?/@+-]*):)?([a-z0-9][a-z0-9+._-]*[a-z0-9+])$/;
/** More than any program needs; a bound for hostile manifests. */
const MOST_CHARACTERS = 100;

/** Null where the text is no such word. */
export function parsePackage(text: string): PackageWord | null {
  const match = text.length > MOST_CHARACTERS ? null : WORD.exec(text);
  return match === null ? null : { environment: match[1], name: match[2] as string };
}

/** `de_DE.UTF-8`, `de_DE@euro`, `tr_TR`: what `locale-gen` takes, and nothing that a shell or localedef would read otherwise. */
export const LOCALE = /^[a-z]{2,3}(_[A-Z]{2})?(\.[A-Za-z0-9-]{1,20})?(@[a-z]{1,20})?$/;
