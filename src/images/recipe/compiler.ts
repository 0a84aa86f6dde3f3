import { badRequest } from "../../failure.js";
import type { BuildPlan } from "../../plan/plan.js";
import type { Toolchain } from "./shape.js";

/** The compiler that links a program to the environment's libc. */
export function cCompiler(build: Pick<BuildPlan, "language" | "cc">, toolchain: Toolchain): string {
  const plus = build.language === "c++";
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
