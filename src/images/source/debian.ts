import { badRequest, infrastructure, type Failure } from "../../failure.js";
import type { Engine } from "../../docker/engine.js";
import type { Catalogue } from "../../manifest/catalogue.js";
import { didYouMean } from "../../manifest/nearest.js";
import type { SourceRecipe } from "../../manifest/source-recipe.js";
import { provideImage, type ImageIdentity } from "../image.js";
import { withLock } from "../lock.js";
import { explainImageBuild } from "../recipe/build-failure.js";
import { shellQuote } from "../quote.js";
import { keyOf } from "../../plan/key.js";
import { importTree } from "./import-tree.js";
import type { Obtain } from "./resolve.js";
import { refOf } from "./source-place.js";
import { unpackTree } from "./unpack-tree.js";

/** Where the package's tree lies in its image, and what is known of it beside. */
const ROOM = "/opt/debian";
const WITHIN_MS = 20 * 60_000;

export interface DebianOptions extends Pick<ImageIdentity, "sink" | "signal" | "platform"> {
  readonly engine: Engine;
  /** The environment's image of a suite, made where it is not there: the id. */
  readonly suite: (image: string) => Promise<string>;
}

/** What is known of a source package. */
interface Fetched {
  /** `2.36-9+deb12u13` */
  readonly version: string;
  /** sha256 of its .dsc, hex. */
  readonly dsc: string;
}

/**
 * Fetches source packages with the apt of the suite's own image, which checks the archive's signatures, and keeps each as a commit of a
 * repository: a branch named by the suite, a tag named by the version. From there on it is a clone as any other.
 */
export function obtainDebian(options: DebianOptions): Obtain {
  return (place, recipe, catalogue) =>
    withLock(
      keyOf({ debian: place.path }).slice(0, 16),
      async () => {
        const { engine, signal } = options;
        const image = imageOf(place.debian.suite, catalogue);
        const wanted = wantedOf(place.debian.package, recipe, image, catalogue);
        const { id, facts } = await fetchedIn(image, await options.suite(image), wanted, options);
        const container = await engine.start(
          {
            image: id,
            command: ["tar", "-c", "--hard-dereference", "--sort=name", "-C", `${ROOM}/tree`, "."],
            labels: {},
            user: "0:0",
            env: { PATH: "/usr/bin:/bin" },
            memory: 256 * 1024 ** 2,
            processes: 16,
            tmpfs: {},
            network: "none",
            capabilities: [],
            lifetimeMs: WITHIN_MS,
          },
          signal,
        );
        try {
          container.stdin.end();
          await importTree(place.path, unpackTree(container.stdout), {
            branch: refOf(place.debian),
            tag: tagOf(facts.version),
            message: `${wanted.source} ${facts.version} of Debian\n\nsha256 of its .dsc: ${facts.dsc}\n`,
          });
          const { exitCode } = await container.ended();
          if (exitCode !== 0) throw infrastructure(`${wanted.source}: ${container.stderrTail().trim()}`);
        } finally {
          await container.remove();
        }
      },
      options.signal,
    );
}

interface Wanted {
  /** The recipe's name. */
  readonly recipe: string;
  readonly source: string;
  /** Binary package whose very version is taken; null: the newest source. */
  readonly installed: string | null;
}

function imageOf(suite: string, catalogue: Catalogue): string {
  const found = Object.entries(catalogue.images).find(
    ([name, image]) => name === suite || image.suite === suite,
  );
  if (found?.[1].suite !== undefined) return found[0];
  const suites = Object.entries(catalogue.images).flatMap(([name, image]) =>
    image.suite === undefined ? [] : [name],
  );
  throw badRequest(`deb:${suite}: no image of the catalogue is of that suite`, didYouMean(suite, suites));
}

function wantedOf(named: string | null, recipe: SourceRecipe, image: string, catalogue: Catalogue): Wanted {
  if (named !== null) return { recipe: recipe.name, source: named, installed: null };
  if (recipe.debian === undefined) {
    throw badRequest(
      `the recipe of ${recipe.name} names no source package of Debian`,
      `name it: --source ${recipe.name}=deb:${image}/PACKAGE`,
    );
  }
  const go = Object.values(catalogue.environments).find((entry) => entry.image === image)?.go ?? "";
  const filled = (text: string): string => text.replace("$GO", go);
  return {
    recipe: recipe.name,
    source: filled(recipe.debian.source),
    installed: filled(recipe.debian.installed),
  };
}

async function fetchedIn(
  image: string,
  under: string,
  { recipe, source, installed }: Wanted,
  options: DebianOptions,
): Promise<{ readonly id: string; readonly facts: Fetched }> {
  const title = `source package ${source} of ${image}`;
  const dockerfile = [
    `FROM ${under}`,
    "RUN set -eu; \\",
    "    for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do \\",
    '      [ ! -f "$list" ] || sed -n "s/^deb /deb-src /p" "$list"; \\',
    "    done > /tmp/sources; \\",
    "    mv /tmp/sources /etc/apt/sources.list.d/vivarium-sources.list; \\",
    "    for list in /etc/apt/sources.list.d/*.sources; do \\",
    '      [ ! -f "$list" ] || sed -i "s/^Types: deb$/Types: deb deb-src/" "$list"; \\',
    "    done; \\",
    "    export DEBIAN_FRONTEND=noninteractive; \\",
    "    apt-get update -q; \\",
    "    apt-get install -q -y --no-install-recommends dpkg-dev; \\",
    `    mkdir ${ROOM}; cd ${ROOM}; \\`,
    `    version=${installed === null ? "" : `$(dpkg-query -W -f '\${source:Version}' ${shellQuote(installed)} 2> /dev/null || true)`}; \\`,
    `    apt-get source -q --only-source ${shellQuote(source)}\${version:+=$version}; \\`,
    "    sha256sum *.dsc | cut -d ' ' -f 1 > dsc; \\",
    "    sed -n 's/^Version: //p' *.dsc | head -n 1 > version; \\",
    "    mv */ tree; rm -rf tree/.pc *.dsc *.tar.* *.diff.* /var/lib/apt/lists/* /var/log/apt",
    "",
  ].join("\n");
  const read = async (id: string): Promise<Fetched> => {
    const text = async (name: string): Promise<string> =>
      (await options.engine.readFile(id, `${ROOM}/${name}`)).toString("utf8").trim();
    return { version: await text("version"), dsc: await text("dsc") };
  };
  return provideImage<Fetched>({
    ...options,
    kind: "part",
    id: `debian:${source}:${image}`,
    title,
    inputs: { dockerfile, platform: options.platform ?? null },
    context: { Dockerfile: { content: dockerfile } },
    read,
    explain: (code, lines) => {
      const failure = explainImageBuild(title, code, lines);
      return lines.some((line) => /404 +Not Found/.test(line)) ? gone(failure, recipe) : failure;
    },
  });
}

/** Archives take the files of old suites away before they take their index away. */
function gone({ message }: Failure, recipe: string): Failure {
  return infrastructure(
    `${message}\nThe suite's archive still lists this source package, but no longer has its files.`,
    `name a clone, --source ${recipe}=PATH, or another suite, such as --source ${recipe}=deb:trixie`,
  );
}

/** DEP-14: git takes neither a colon nor a tilde in a name. */
function tagOf(version: string): string {
  return version.replace(/:/g, "%").replace(/~/g, "_");
}
