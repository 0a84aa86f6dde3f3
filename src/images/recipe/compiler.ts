import { badRequest } from "../../failure.js";
import type { BuildPlan } from "../../plan/plan.js";
import type { Toolchain } from "./shape.js";

/** The compiler that links a program to the environment's libc. */
export function cCompiler(build: Pick<BuildPlan, "language" | "cc">, toolchain: Toolchain): string {
  const plus = build.language === "c++";
  if (toolchain.built !== undefined) return builtCompiler(build, toolchain, toolchain.built);
  if (toolchain.libc === toolchain.native)
    return build.cc === "gcc" ? (plus ? "g++" : "gcc") : plus ? "clang++" : "clang";
  if (plus) {
    throw badRequest(
      `no C++ on this ${toolchain.libc}: its image has no C++ library for it`,
      "run it on glibc-* environments, or on an image whose own libc is musl (Alpine)",
    );
  }
  return build.cc === "gcc" ? "musl-gcc" : "musl-clang";
}

/** One of the compilers that a libc from source brings along. */
function builtCompiler(
  { language, cc }: Pick<BuildPlan, "language" | "cc">,
  { libc }: Toolchain,
  built: NonNullable<Toolchain["built"]>,
): string {
  const name = language === "c++" ? (cc === "gcc" ? "g++" : "clang++") : cc;
  const compiler = built[name];
  if (compiler !== undefined) return compiler;
  throw badRequest(
    `no ${name} for this ${libc}: its recipe has none`,
    `run it on an environment of a suite, such as --env '${libc}-*'`,
  );
}
