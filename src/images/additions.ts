import type { ContextEntry } from "../docker/engine.js";
import { badRequest, type Failure } from "../failure.js";
import { nearestNames } from "../manifest/nearest.js";
import { join } from "node:path";
import { DOCKERFILES, dockerfile } from "./dockerfiles.js";
import type { Environment } from "../plan/plan.js";
import type { Facts } from "./facts.js";
import { explainImageBuild } from "./recipe/build-failure.js";

/** What a repro asks for beyond what its environment has. */
export interface Additions {
  readonly packages?: readonly string[] | undefined;
  readonly locales?: readonly string[] | undefined;
}

/** What names a set of additions: in image titles, keys and the lock file; "" for none. */
export function additionsName({ packages = [], locales = [] }: Additions): string {
  return [...packages, ...locales].join("+");
}

/** The context and the arguments of an image with additions. */
export async function additionsBuild(
  base: string,
  { packages = [], locales = [] }: Additions,
): Promise<{ context: Record<string, ContextEntry>; buildArgs: Record<string, string> }> {
  return {
    context: {
      Dockerfile: { content: await dockerfile("packages.Dockerfile") },
      "packages.sh": { file: join(DOCKERFILES, "packages.sh"), mode: 0o644 },
    },
    buildArgs: { BASE: base, PACKAGES: packages.join(" "), LOCALES: locales.join(" ") },
  };
}

/**
 * The facts of an image with additions: what is in it now, with what came from elsewhere than the distribution, and which packages the
 * additions brought or changed.
 */
export function withAdditions(under: Facts, found: Facts): Facts {
  const brought = Object.entries(found.packages).filter(
    ([name, version]) => under.packages[name] !== version,
  );
  const known = new Set(under.gos.map(({ root }) => root));
  return {
    ...found,
    gos: [...under.gos, ...found.gos.filter(({ root }) => !known.has(root))],
    ...(under.sources === undefined ? {} : { sources: under.sources }),
    // A package that changed what measures would be seen where attempts are made: this is what it was before.
    ...(under.instrument === undefined ? {} : { instrument: under.instrument }),
    added: { ...under.added, ...Object.fromEntries(brought) },
  };
}

const MISSING = /^vivarium-missing (package|locale) (\S+)(.*)$/;

/** What it means that additions could not be made: mostly that the distribution has none of such a name. */
export function explainAdditions(
  { id, image }: Pick<Environment, "id" | "image">,
  title: string,
  code: number | null,
  lines: readonly string[],
): Failure {
  const missing = lines.flatMap((line) => {
    const [, kind, name = "", like = ""] = MISSING.exec(line.trim()) ?? [];
    return kind === undefined ? [] : [{ kind, name, like: like.split(" ").filter((word) => word !== "") }];
  });
  const [first] = missing;
  if (first === undefined) return explainImageBuild(title, code, lines);
  const names = missing.map(({ name }) => `'${name}'`).join(", ");
  const near = nearestNames(first.name, first.like);
  const like = (near.length > 0 ? near : first.like).slice(0, 5).join(", ");
  const flag = first.kind === "package" ? `--package '${id}:NAME'` : "--locale NAME";
  return badRequest(
    `${image} has no ${first.kind} ${names}`,
    like === ""
      ? `names differ between distributions: look it up there, and give it to this environment alone with ${flag}`
      : `it has: ${like} (${flag})`,
  );
}
