import type { Binary } from "../images/binary.js";
import type { Cell } from "../plan/plan.js";
import type { EnvironmentRecord } from "./result.js";

/** Packages whose versions matter to a crash; the rest stays in the image. */
const TELLING =
  /^(libc6|libc6-dbg|libc6-dev|musl|musl-dev|musl-tools|gcc|gcc-\d+|clang|clang-\d+|binutils|gdb|golang-\d.*|golang-go|go|libnss.*|linux-libc-dev)$/;

/** What the repro asks for, where it is built and where it runs, by the version that is really there. */
export function addedPackages(cell: Cell, binary: Binary): Pick<EnvironmentRecord, "addedPackages"> {
  const asked = [cell.build.packages ?? [], cell.run.packages ?? []].flat();
  if (asked.length === 0) return {};
  const there = { ...binary.builtIn.packages, ...binary.ranOn.packages };
  return { addedPackages: Object.fromEntries(asked.map((name) => [name, there[name] ?? "unknown"])) };
}

export function telling(packages: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(packages).filter(([name]) => TELLING.test(name)));
}
