import { posix } from "node:path";
import { badRequest } from "../../failure.js";
import type { BuildPlan } from "../../plan/plan.js";
import { shellLine, shellQuote } from "../quote.js";
import { aroundCommand, commandVariables } from "./command-variables.js";
import { cCompiler } from "./compiler.js";
import { GO_CACHE, PROGRAM, SOURCES, type PatchTargets, type Steps, type Toolchain } from "./shape.js";

/** Builds Go: a program or a test binary, from files or from a module, offline, with a private GOROOT for patches. */
export function goSteps(
  build: BuildPlan,
  sources: readonly string[],
  toolchain: Toolchain,
  patches: readonly PatchTargets[],
): Steps {
  const { go } = toolchain;
  if (go === null) throw badRequest("this environment has no Go", "choose one: --env glibc-2.36/go-1.19");
  if (build.sanitize.length > 0) {
    throw badRequest("'sanitize' is for C and C++", `for Go add to goflags: [${goTwin(build.sanitize)}]`);
  }
  const { goFlags } = toolchain;
  const compiler = shellLine([cCompiler({ language: "c", cc: build.cc }, toolchain), ...(goFlags?.cc ?? [])]);
  const shown = [
    ...(build.cgo ? [`CC=${shellQuote(compiler)}`] : []),
    `CGO_ENABLED=${build.cgo ? 1 : 0}`,
    ...Object.entries(goFlags?.env ?? {}).map(([name, value]) => `${name}=${shellQuote(value)}`),
    // Unset they are go's own `-g -O2`; setting them to that would spoil the warmed build cache.
    ...(build.cflags.length > 0 ? [`CGO_CFLAGS=${shellQuote(["-g -O2", ...build.cflags].join(" "))}`] : []),
  ];
  const module = moduleOf(sources, build, go.version);
  const setUp = [
    `export HOME=/tmp GOPATH=/tmp/go GOCACHE=${GO_CACHE} GO111MODULE=on GOPROXY=off GOTOOLCHAIN=local`,
    `export GOROOT=${shellQuote(go.root)} PATH=${shellQuote(`${go.root}/bin`)}:$PATH`,
    `export ${shown.join(" ")}`,
    ...(goFlags === undefined ? [] : compilerInOneWord(compiler)),
    "seed_go_cache",
    ...privateTree(go.root, patches),
    ...module.setUp,
  ];
  if (build.command !== null) {
    const cflags = ["-g", ...build.cflags].join(" ");
    const flags = { CFLAGS: cflags, LDFLAGS: linkerFlags(build, toolchain) };
    const around = aroundCommand(build, toolchain);
    const variables = commandVariables(build, toolchain, flags);
    return commandSteps(build, module.directory, { setUp, shown, variables, around });
  }
  const flags = linkerFlags(build, toolchain);
  const words = (linker: readonly string[]): string[] => [
    "go",
    ...(build.test ? ["test", "-c"] : ["build"]),
    ...module.flags,
    ...linker,
    ...build.goflags,
    "-o",
    PROGRAM,
    ...module.packages,
  ];
  if (flags === "") return { setUp, directory: module.directory, build: [words([])], shown };
  const listed = [...(build.test ? ["-test"] : []), ...module.flags, ...build.goflags, ...module.packages];
  return {
    setUp,
    directory: module.directory,
    build: [words(["-ldflags", module.flagScope + flags])],
    // Linked by the C compiler a program has another runtime: one that does not notice a deadlock, for one.
    otherwise: { test: shellLine(["all_go", ...listed]), build: [words([])] },
    shown,
  };
}

/** Go 1.5 takes the first word of CC for the whole of it. */
function compilerInOneWord(compiler: string): string[] {
  const script = `#!/bin/sh\nexec ${compiler} "$@"\n`;
  return [`printf %s ${shellQuote(script)} > /tmp/cc`, "chmod 755 /tmp/cc", "export CC=/tmp/cc"];
}

function commandSteps(
  build: BuildPlan,
  directory: string,
  {
    setUp,
    shown,
    variables,
    around,
  }: Pick<Steps, "setUp" | "shown"> & {
    readonly variables: readonly string[];
    readonly around: ReturnType<typeof aroundCommand>;
  },
): Steps {
  const others = shown.filter((variable) => !variable.startsWith("CC="));
  return {
    setUp: [...setUp, `export ${variables.join(" ")}`, ...around.before],
    directory,
    build: [["sh", "-c", build.command ?? ""]],
    after: around.after,
    shown: [...others, ...variables],
  };
}

/**
 * What the variant asks of the linker of a program with C in it, and no more: a static one, a libc that is not the
 * image's own (the C compiler knows its loader), flags of its own. "" where `go build` links as it would anyway.
 */
function linkerFlags(build: BuildPlan, toolchain: Toolchain): string {
  if (!build.cgo) return "";
  const external = [...(build.link === "static" ? ["-static"] : []), ...build.ldflags];
  if (external.length === 0 && toolchain.libc === toolchain.native) return "";
  return external.length === 0
    ? "-linkmode external"
    : `-linkmode external -extldflags "${external.join(" ")}"`;
}

function privateTree(root: string, patches: readonly PatchTargets[]): string[] {
  if (patches.length === 0) return [];
  const files = [...new Set(patches.flatMap((patch) => patch.files))];
  return [
    shellLine(["private_goroot", root, ...files]),
    ...patches.map(({ path }) => shellLine(["apply", `${SOURCES}/${path}`])),
  ];
}

interface Module {
  readonly directory: string;
  readonly setUp: readonly string[];
  readonly flags: readonly string[];
  /** Pattern of the packages that linker flags are for. */
  readonly flagScope: "" | "all=";
  readonly packages: readonly string[];
}

/**
 * go 1.15 and 1.19 (not 1.24) do not see that a package named `.` is to be linked externally, leave runtime/cgo out
 * ("loadinternal: cannot find runtime/cgo"), and the program dies of SIGTRAP at its start. With flags for all they do.
 */
const WHOLE_MODULE = "all=";

/** A module (go.mod among the sources) is built as a package, loose .go files as files. */
function moduleOf(sources: readonly string[], build: BuildPlan, version: string): Module {
  const [root] = sources
    .filter((path) => posix.basename(path) === "go.mod" && !path.includes("vendor/"))
    .sort((a, b) => a.split("/").length - b.split("/").length);
  if (root !== undefined) {
    const folder = posix.dirname(root);
    const vendored = sources.some((path) =>
      path.startsWith(folder === "." ? "vendor/" : `${folder}/vendor/`),
    );
    return {
      directory: folder,
      setUp: [],
      flags: vendored ? ["-mod=vendor"] : [],
      flagScope: WHOLE_MODULE,
      packages: [build.target === undefined ? "." : `./${build.target.replace(/^\.\//, "")}`],
    };
  }
  const files = sources.filter((path) => path.endsWith(".go"));
  if (files.length === 0 && build.command === null) {
    throw badRequest(`none of the sources is a Go file: ${shellLine(sources)}`, "name them in `sources`");
  }
  if (files.length === sources.length || build.command !== null) {
    return { directory: ".", setUp: [], flags: [], flagScope: "", packages: files };
  }
  // C beside the Go files: go compiles it only as part of a package, and a package needs a module.
  const language = /^\d+\.\d+/.exec(version)?.[0] ?? version;
  const folder = posix.dirname(files[0] as string);
  return {
    directory: folder,
    setUp: [
      `printf 'module repro\\n\\ngo ${language}\\n' > ${shellQuote(posix.join(SOURCES, folder, "go.mod"))}`,
    ],
    flags: [],
    flagScope: WHOLE_MODULE,
    packages: ["."],
  };
}

function goTwin(sanitize: BuildPlan["sanitize"]): string {
  return sanitize.includes("thread") ? "-race" : "-asan";
}
