import type { BuildPlan } from "../../plan/plan.js";
import { shellLine, shellQuote } from "../quote.js";
import { cCompiler } from "./compiler.js";
import { BUILD, OUTPUT, PROGRAM, type Toolchain } from "./shape.js";

/**
 * What a build's own command line (`build:` of a manifest) is given, as `NAME=value` words of a shell: the C and C++ compilers of the
 * environment's libc, the flags that the plan asks for, and where the program goes. For Go, LDFLAGS is what `-ldflags` takes.
 */
export function commandVariables(
  build: BuildPlan,
  toolchain: Toolchain,
  flags: { readonly CFLAGS: string; readonly LDFLAGS: string },
): string[] {
  const isGlibcOnly = toolchain.libc !== toolchain.native;
  const variables = {
    CC: cCompiler({ language: "c", cc: build.cc }, toolchain),
    CXX: isGlibcOnly ? `${BUILD}/no-c++` : cCompiler({ language: "c++", cc: build.cc }, toolchain),
    CFLAGS: flags.CFLAGS,
    CXXFLAGS: flags.CFLAGS,
    LDFLAGS: flags.LDFLAGS,
    OUT: PROGRAM,
    OUTDIR: OUTPUT,
  };
  return Object.entries(variables).map(([name, value]) => `${name}=${shellQuote(value)}`);
}

/** What stands before and after a command line of a build: what it is to find, and what is taken of what it made. */
export function aroundCommand(
  build: Pick<BuildPlan, "target" | "cc">,
  toolchain: Toolchain,
): { readonly before: readonly string[]; readonly after: readonly string[] } {
  const { target } = build;
  const isForeign = toolchain.libc !== toolchain.native;
  return {
    before: [
      ...(isForeign ? [shellLine(["stand_in", cCompiler({ language: "c", cc: build.cc }, toolchain)])] : []),
      "touch /tmp/before-build",
    ],
    after: [
      shellLine(["take_program", ...(target === undefined ? [] : [target])]),
      ...(isForeign ? ["not_glibc"] : []),
    ],
  };
}
