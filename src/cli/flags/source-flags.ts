import type { Argv } from "yargs";

/** What environments are built from, where that is source. */
export function sourceFlags<T>(yargs: Argv<T>) {
  return yargs
    .option("source", {
      type: "string",
      array: true,
      requiresArg: true,
      group: "What:",
      describe:
        "NAME=PATH of a clone (musl, glibc, go), or NAME=deb:SUITE: environments can then be musl@REF, glibc-2.31/go@REF",
    })
    .option("build-on", {
      type: "string",
      requiresArg: true,
      group: "What:",
      describe: "environment that a libc is built on (default: its recipe's choice)",
    });
}
