import type { FlagTable } from "./flag-table.js";

/** How the program is built. */
export const BUILD = {
  link: {
    choices: ["static", "dynamic"],
    group: "Build:",
    describe: "how the program is linked",
  },
  cc: { choices: ["gcc", "clang"], group: "Build:", describe: "C and C++ compiler" },
  cflags: {
    type: "string",
    array: true,
    requiresArg: true,
    group: "Build:",
    describe: "added to the compiler's flags",
  },
  ldflags: {
    type: "string",
    array: true,
    requiresArg: true,
    group: "Build:",
    describe: "added to the linker's flags",
  },
  goflags: {
    type: "string",
    array: true,
    requiresArg: true,
    group: "Build:",
    describe: "added to go build's flags",
  },
  cgo: { type: "boolean", group: "Build:", describe: "CGO_ENABLED for Go" },
  sanitize: {
    type: "string",
    array: true,
    choices: ["address", "undefined", "thread"],
    group: "Build:",
    describe: "sanitizers (glibc, dynamic)",
  },
  build: {
    type: "string",
    requiresArg: true,
    group: "Build:",
    describe: "a command line that builds the folder, such as 'make test'; $CC, $CFLAGS, $OUT are set",
  },
  target: {
    type: "string",
    requiresArg: true,
    group: "Build:",
    describe: "which program of a project: its name, or a Go package such as ./cmd/serve",
  },
  test: { type: "boolean", group: "Build:", describe: "run the tests of a Go package" },
  package: {
    type: "string",
    array: true,
    requiresArg: true,
    group: "Build:",
    describe: "a package of the image's own distribution: zlib1g-dev, 'alpine-*:zlib-dev'",
  },
  prebuilt: { type: "boolean", group: "Build:", describe: "the repro is a compiled program" },
} as const satisfies FlagTable;
