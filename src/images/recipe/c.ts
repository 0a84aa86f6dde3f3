import { badRequest } from "../../failure.js";
import type { BuildPlan } from "../../plan/plan.js";
import { shellLine } from "../quote.js";
import { aroundCommand, commandVariables } from "./command-variables.js";
import { cCompiler } from "./compiler.js";
import { PROGRAM, type Steps, type Toolchain } from "./shape.js";

const C = /\.(c|s|S)$/;
const CXX = /\.(cc|cpp|cxx|C|c|s|S)$/;

/** Builds C and C++: one command over all sources, with debug information and nothing else that was not asked for. */
export function cSteps(
  build: BuildPlan,
  sources: readonly string[],
  toolchain: Toolchain,
  uses: readonly string[],
): Steps {
  checkSanitizers(build, toolchain);
  const compiler = cCompiler(build, toolchain);
  const compileFlags = ["-g", ...sanitizerFlags(build), ...build.cflags];
  const linkFlags = [...(build.link === "static" ? ["-static"] : []), ...build.ldflags];
  if (build.command !== null) {
    const shown = commandVariables(build, toolchain, {
      CFLAGS: compileFlags.join(" "),
      LDFLAGS: linkFlags.join(" "),
    });
    const { before, after } = aroundCommand(build, toolchain);
    return {
      setUp: [`export ${shown.join(" ")}`, ...before],
      build: [["sh", "-c", build.command]],
      after,
      shown,
    };
  }
  const compiled = sources.filter((path) => (build.language === "c" ? C : CXX).test(path));
  if (compiled.length === 0) {
    throw badRequest(
      `none of the sources is a ${build.language === "c" ? "C" : "C++"} file: ${shellLine(sources)}`,
      "name them in `sources`, or set `language`",
    );
  }
  // Libraries come after the files that want them.
  const words = (libraries: readonly string[]): string[] => [
    compiler,
    ...compileFlags,
    "-o",
    PROGRAM,
    ...compiled,
    ...linkFlags,
    ...libraries,
  ];
  const given = [...build.cflags, ...build.ldflags];
  const apart = toolchain.libc === "glibc" ? uses.filter((flag) => !isGiven(flag, given)) : [];
  return {
    setUp: [],
    build: [words([])],
    ...(apart.length === 0
      ? {}
      : { otherwise: { test: shellLine(["libraries_apart", compiler]), build: [words(apart)] } }),
    shown: [],
  };
}

function isGiven(flag: string, given: readonly string[]): boolean {
  return given.includes(flag) || (flag === "-pthread" && given.includes("-lpthread"));
}

function sanitizerFlags({ sanitize }: BuildPlan): string[] {
  return sanitize.length === 0 ? [] : [`-fsanitize=${sanitize.join(",")}`, "-fno-omit-frame-pointer"];
}

function checkSanitizers({ sanitize, link }: BuildPlan, toolchain: Toolchain): void {
  if (sanitize.length === 0) return;
  const names = sanitize.join(", ");
  if (toolchain.libc === "musl") {
    throw badRequest(
      `no ${names} sanitizer on musl: its run-time library needs glibc`,
      "run it on glibc-* environments",
    );
  }
  const dynamic = sanitize.filter((name) => name !== "undefined");
  if (link === "static" && dynamic.length > 0) {
    throw badRequest(
      `the ${dynamic.join(" and ")} sanitizer does not work in a static program`,
      "add --link dynamic",
    );
  }
}
