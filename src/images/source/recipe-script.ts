import { inRange, type SourcePin, type SourceRecipe } from "../../manifest/source-recipe.js";
import { shellLine, shellQuote } from "../quote.js";

/** The one kind of program that a libc is built for, where no other is linked to it. */
export type Linkage = "static" | "dynamic";

/** Where everything of a build lies: one tmpfs of bounded size, in a container of its own. */
export const ROOM = "/opt/source";
/** Of the tar that a build is given: the tree, its patches, the script. */
export const TREE = "tree";
export const SCRIPT = "build.sh";
/** What a build leaves for us, under ROOM: in an archive, or in several one after the other. */
export const LEFT = { facts: "facts", cache: "ccache-new" } as const;
/** In the builder's image, owned by who builds. */
export const CACHE = "/var/cache/vivarium";

/** Folder under which what a recipe makes lies, in the builder's container and in every image that holds it. */
export function prefixOf({ name }: Pick<SourceRecipe, "name">): string {
  return `${ROOM}/${name}`;
}

/** The steps that a recipe has for a version. */
export function stepsFor(recipe: SourceRecipe, version: string): SourceRecipe["steps"] {
  return recipe.steps.filter((step) => inRange(version, step));
}

/** Seconds between what is sent of the compiler's cache: what an interrupted build loses at most. */
const SEND_EVERY = 10;

/**
 * Sends what was compiled since it was last sent, as an archive on standard output, and goes on doing so beside the build. So a build that
 * fails, takes too long or is interrupted still makes the next one cheap.
 */
const SEND_CACHE = [
  "send() {",
  `  : > ${ROOM}/mark.next`,
  `  (cd "$CCACHE_DIR" && find . -type f -newer ${ROOM}/mark ! -path './tmp/*' ! -name stats ! -name '*.lock' ! -name '*.tmp.*' -print0) > ${ROOM}/list || true`,
  `  mv ${ROOM}/mark.next ${ROOM}/mark`,
  `  [ ! -s ${ROOM}/list ] || tar -c --null --no-recursion --transform='s,^\\./,${LEFT.cache}/,' -C "$CCACHE_DIR" -T ${ROOM}/list || true`,
  "}",
  `(n=0; while [ ! -e ${ROOM}/ended ]; do sleep 1; n=$((n + 1)); [ $n -lt ${SEND_EVERY} ] || { n=0; send; }; done) < /dev/null 2> /dev/null &`,
  "sender=$!",
  `finish() { : > ${ROOM}/ended; wait $sender || true; send; }`,
  "trap 'code=$?; finish 2> /dev/null; exit $code' EXIT",
];

/**
 * The script that builds a pinned tree in the builder's container. It says on standard error what its steps say, with a line
 * `==> NAME` before each, and leaves the prefix; what it adds to the compiler's cache comes before that, as it is made. Pure.
 */
export function buildScript(
  recipe: SourceRecipe,
  pin: SourcePin,
  { bootstrap, link }: { readonly bootstrap: string | null; readonly link: Linkage | null },
): string {
  const prefix = prefixOf(recipe);
  const src = recipe.inPlace === true ? prefix : `${ROOM}/${TREE}`;
  const files = Object.entries(recipe.files ?? {});
  return [
    "set -eu",
    "umask 022",
    `cd ${ROOM}`,
    `export SRC=${src} OBJ=${ROOM}/obj PREFIX=${prefix} VERSION=${shellQuote(pin.version)} CC=gcc CXX=g++`,
    `export TMPDIR=${ROOM}/tmp HOME=${ROOM}/tmp LC_ALL=C SOURCE_DATE_EPOCH=0`,
    ...(recipe.only === undefined
      ? []
      : [`export ONLY=${shellQuote(link === null ? "" : recipe.only[link])}`]),
    ...(bootstrap === null ? [] : [`export BOOTSTRAP=${shellQuote(bootstrap)}`]),
    // A cache of this build's own, with what was compiled before: what a hostile tree does to it, it does to itself.
    // Where a tree asks the compiler for dependencies, as glibc does, they say what to look at: preprocessing first, too, costs two thirds more.
    `export CCACHE_DIR=${ROOM}/ccache CCACHE_COMPILERCHECK=content CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1`,
    "JOBS=$(nproc)",
    "export JOBS",
    ...(recipe.inPlace === true ? [`mv ${ROOM}/${TREE} "$PREFIX"`] : ['mkdir -p "$PREFIX"']),
    `mkdir -p "$OBJ" "$TMPDIR" "$CCACHE_DIR"`,
    `cp -R ${CACHE}/. "$CCACHE_DIR"/ 2> /dev/null || true`,
    `touch ${ROOM}/mark`,
    ...SEND_CACHE,
    "PATH=/usr/lib/ccache:$PATH",
    "export PATH",
    ...Object.entries(recipe.env ?? {}).map(([name, value]) => `export ${name}="${value}"`),
    ...pin.patches.flatMap(({ name }, i) => [
      step(`patch ${name}`),
      `(cd "$SRC" && patch -p1 -F0 --batch --forward --no-backup-if-mismatch < ${ROOM}/${i}.patch) >&2`,
    ]),
    ...stepsFor(recipe, pin.version).flatMap(({ name, run }) => [
      step(name),
      `(${shellLine(["sh", "-eu", "-c", run])}) >&2 < /dev/null`,
    ]),
    step("keep"),
    ...files.flatMap(([path, text]) => [
      `mkdir -p "$(dirname "$PREFIX/${path}")"`,
      `printf %s ${shellQuote(text)} > "$PREFIX/${path}"`,
      `chmod 755 "$PREFIX/${path}"`,
    ]),
    `ccache --show-stats > ${LEFT.facts} 2> /dev/null || true`,
    "trap - EXIT",
    "finish 2> /dev/null",
    `exec tar -c --hard-dereference --format=pax --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -C ${ROOM} ${LEFT.facts} ${recipe.name}`,
    "",
  ].join("\n");
}

function step(name: string): string {
  return `echo ${shellQuote(`==> ${name}`)} >&2`;
}

/** The first words of the builder's container: unpack what comes on standard input, and build it. */
export const BUILD_COMMAND = ["sh", "-c", `cd ${ROOM} && tar -x && exec sh ${SCRIPT}`];
