import type { Engine, ImageRecord } from "../../docker/engine.js";
import { badRequest, Failure } from "../../failure.js";
import { KIND } from "../../images/labels.js";
import type { Catalogue } from "../../manifest/catalogue.js";
import { buildIdIn, type CoreHead } from "./core-head.js";

const TITLE = "vivarium.title";
/** Of one environment: each takes a container that is made and removed. */
const MAX_IMAGES = 6;
/** A libc among the files of a process: glibc's, or musl's, which is its own loader. */
const GLIBC = /\/libc(?:\.so\.6|-\d[\d.]*\.so)$/;
const MUSL = /\/(?:ld-musl-[\w-]+\.so\.1|libc\.musl-[\w-]+\.so\.1|musl\/lib\/libc\.so)$/;

/** Whether a file of a process is its glibc. */
export const isGlibc = (path: string): boolean => GLIBC.test(path);

/**
 * The environment whose libc is the core's, by its build-id, among those whose images are there. A static program has no libc to be told
 * by, and needs none: any environment will do. Throws a Failure that says what to pass.
 */
export async function environmentOf(
  core: CoreHead,
  named: string,
  engine: Engine,
  catalogue: Catalogue,
): Promise<string> {
  const libc = core.files.find(({ path }) => GLIBC.test(path) || MUSL.test(path))?.path;
  if (libc === undefined) return staticEnvironment(catalogue);
  const family = MUSL.test(libc) ? "musl" : "glibc";
  const wanted = await core.buildId(libc);
  if (wanted === null)
    throw badRequest(
      `--core ${named}: it does not hold the build-id of ${libc}, which would tell its environment`,
      "pass --env with the environment whose libc it is; `vivarium list` shows them",
    );
  const images = await byTitle(engine);
  const names = Object.entries(catalogue.environments).filter(([, entry]) => entry.libc.family === family);
  const looked: string[] = [];
  for (const [name, { image }] of names) {
    const titled = `environment image ${image}`;
    // A libc of 32 bits is none of an environment's own: it came with a package.
    const records =
      core.form.bits === 32
        ? [...images].flatMap(([title, all]) => (title.startsWith(`${titled} with `) ? all : []))
        : (images.get(titled) ?? []);
    if (records.length > 0) looked.push(name);
    for (const { id } of records) if ((await buildIdOf(engine, id, libc, family)) === wanted) return name;
  }
  const others = names.map(([name]) => name).filter((name) => !looked.includes(name));
  const where = looked.length === 0 ? "no image of an environment is there yet" : `not ${looked.join(", ")}`;
  throw badRequest(
    `--core ${named}: no environment here has its libc, ${libc} with build-id ${wanted} (${where})`,
    `pass --sysroot DIR with the libraries of the machine that it comes from, or --env NAME${
      others.length === 0 ? "" : ` (not looked into, since not built: ${others.join(", ")})`
    }`,
  );
}

function staticEnvironment(catalogue: Catalogue): string {
  const [name] = Object.keys(catalogue.environments).filter((each) => each === "glibc-2.36");
  return name ?? Object.keys(catalogue.environments)[0] ?? "glibc-2.36";
}

/** An environment's images, the newest first: its libc is a later one where its base was another day's. */
async function byTitle(engine: Engine): Promise<Map<string, ImageRecord[]>> {
  const found = new Map<string, ImageRecord[]>();
  const images = await engine.listImages({ [KIND]: "environment" });
  for (const image of images.toSorted((a, b) => (a.created < b.created ? 1 : -1))) {
    const title = image.labels[TITLE] ?? "";
    const known = found.get(title) ?? [];
    if (known.length < MAX_IMAGES) found.set(title, [...known, image]);
  }
  return found;
}

/** Where a suite keeps its libc; the core may name it through another link to the same folder. */
const PLACES = {
  glibc: ["/lib/x86_64-linux-gnu/libc.so.6", "/lib32/libc.so.6", "/usr/lib32/libc.so.6"],
  musl: ["/lib/ld-musl-x86_64.so.1", "/usr/lib/x86_64-linux-musl/libc.so"],
} as const;

async function buildIdOf(
  engine: Engine,
  image: string,
  path: string,
  family: "glibc" | "musl",
): Promise<string | null> {
  for (const place of [path, ...PLACES[family]]) {
    try {
      return buildIdIn(await engine.readFile(image, place));
    } catch (error) {
      if (!(error instanceof Failure) || error.kind === "interrupted") throw error;
    }
  }
  return null;
}
