import type { BuildPlan } from "../../plan/plan.js";
import { packageOf, type Distribution } from "./package-of.js";
import type { Toolchain } from "./shape.js";

/** What a remedy may depend on beside what the tools said. */
export interface BuiltWith extends Pick<BuildPlan, "language" | "packages"> {
  readonly toolchain: Pick<Toolchain, "libc" | "native">;
}

/** What a tool says, for which language where that matters, and what to do about it; `$1` is what the tool named. */
type Remedy = readonly [said: RegExp, remedy: string | Finder, language?: BuildPlan["language"]];
type Finder = (named: string, build: BuiltWith) => string | null;

/** Functions of libc that glibc keeps, or kept before 2.34, in libraries of their own, and the flag for each; `-pthread` works wherever it stands. */
const APART: readonly (readonly [names: string, flag: string])[] = [
  ["(?:__)?pthread_\\w+|sem_\\w+", "-pthread"],
  ["dlopen|dlsym|dlclose|dlerror|dladdr1?|dlinfo|dlvsym|dlmopen", "-ldl"],
  ["shm_open|shm_unlink|timer_\\w+|mq_\\w+|aio_\\w+|lio_listio", "-lrt"],
  ["crypt|crypt_r", "-lcrypt"],
  [
    "(?:a?(?:sin|cos|tan)h?|atan2|sqrt|cbrt|pow|exp2?|expm1|log(?:2|10|1p|b)?|floor|ceil|round|l?lround|l?lrint|rint|nearbyint|trunc|fmod|hypot|erfc?|[lt]gamma|remainder|fma|ldexp|scalbl?n)[fl]?",
    "-lm",
  ],
];

const REMEDIES: readonly Remedy[] = [
  [
    /fatal error: (?:iostream|string|vector|map|memory|thread|cstd\w+|algorithm|exception)\b|unknown type name '(?:class|namespace|template)'/,
    "this is C++: give the file the ending .cc (in a manifest: language: c++)",
    "c",
  ],
  [
    /fatal error: '?lib([\w+-]+)\.h'?(?:: No such file or directory| file not found)/,
    // go writes the header beside the library, and takes no file of C with a main into it.
    "lib$1.h is what go makes of a Go library for C: --link dynamic --build 'mkdir /tmp/lib && cp *.go /tmp/lib && (cd /tmp/lib && GO111MODULE=off go build -buildmode=c-shared -o $OUTDIR/lib$1.so .) && $CC -g -I$OUTDIR -o $OUT *.c -L$OUTDIR -l$1 -Wl,-rpath,$OUTDIR'",
    "go",
  ],
  [/fatal error: '?([^\s:']+)'?(?:: No such file or directory| file not found)/, missingHeader],
  [
    /cannot find \S*libclang_rt\.\w+/,
    "clang's sanitizers are in a package of their own: --package libclang-rt-dev (in a manifest: packages:)",
  ],
  [/(?:^|\s|\/)([\w.+-]+): (?:command not found|not found|No such file or directory)$/m, missingTool],
  [
    /(?:Can't exec|Program|Could not find|could not find|No such program:?) "?'?([\w.+-]+)'?"?(?: found: NO)?/,
    missingTool,
  ],
  [
    /^the build made \d+ programs: (\S+)/m,
    "say which one is meant, such as --target $1 (in a manifest: target: $1)",
  ],
  [
    /^the program is dynamically linked and asks for the loader \S+, which this image does not have, and Debian's package (\S+) has/m,
    "add --package $1 (in a manifest: packages: [$1])",
  ],
  [
    /^the program is linked to this image's glibc/m,
    "let the build compile and link with $CC: --build 'make CC=\"$CC\"'",
  ],
  [
    /^the program needs (\S+), which the build made/m,
    "let it look beside itself: --ldflags '-Wl,-rpath,/opt/repro'",
  ],
  [
    /undefined reference to `main'|function main is undeclared in the main package/,
    "the program needs a main: add one (for Go tests: --test, in a manifest test: true)",
  ],
  [
    /cannot find -linkmode\b/,
    "for a Go program $LDFLAGS is what go's -ldflags takes, and no linker's flags: leave it out where --build calls a C compiler",
    "go",
  ],
  [/cannot find -l([\w+.-]+)/, missingLibrary],
  [
    /missing go\.sum entry|no required module provides package|cannot find module providing|dial tcp|cannot find package|module lookup disabled/,
    "a build has no network: run `go mod vendor` in the folder, and name vendor among its sources",
    "go",
  ],
  [
    /go\.mod requires go >=|note: module requires Go |package [^.\s]+ is not in (?:GOROOT|std)/,
    "this Go is too old for the program: choose a newer one (--env glibc-2.41/go-1.24; vivarium list shows which fit)",
    "go",
  ],
  ...APART.map(([names, flag]): Remedy => [
    new RegExp(`undefined reference to [\`'](${names})'`),
    `$1 is in a library that is not linked here: --ldflags=${flag} (in a manifest: ldflags: [${flag}])`,
  ]),
  [
    /undefined reference to `__\w+_chk'/,
    (_, build) => (isForeign(build) ? foreign("a library that the program is linked to", build) : null),
  ],
  [
    /unrecognized command.line option|unknown argument/,
    "this compiler does not know that flag: look at cflags and ldflags",
  ],
];

/** What to do about a program that does not build, from what the tools said. */
export function buildRemedy(said: string, build: BuiltWith): string {
  for (const [pattern, remedy, only] of REMEDIES) {
    const found = only === undefined || only === build.language ? pattern.exec(said) : null;
    const text = found === null || typeof remedy === "string" ? remedy : remedy(found[1] ?? "", build);
    if (found !== null && typeof text === "string") return text.replaceAll("$1", () => found[1] ?? "");
  }
  return "correct the source, or name what it needs in the manifest";
}

function missingHeader(header: string, build: BuiltWith): string {
  const known = packageOf("header", header, distributionOf(build));
  if (isForeign(build) && (known !== null || build.packages !== undefined))
    return foreign(known === null ? header : `${header} of ${known}`, build, header);
  if (known !== null) return `${known} has it: add --package ${known} (in a manifest: packages: [${known}])`;
  return `no ${header} is there: name the package that has it (--package NAME), or put it among the program's sources`;
}

function missingTool(tool: string, build: BuiltWith): string | null {
  const known = packageOf("tool", tool, distributionOf(build));
  return known === null
    ? null
    : `${known} has it: add --package ${known} (in a manifest: packages: [${known}])`;
}

function missingLibrary(library: string, build: BuiltWith): string {
  const known = packageOf("library", library, distributionOf(build));
  if (isForeign(build) && (known !== null || build.packages !== undefined))
    return foreign(known === null ? `lib${library}` : `lib${library} of ${known}`, build);
  if (known !== null && build.packages?.includes(known) !== true)
    return `${known} has it: add --package ${known} (in a manifest: packages: [${known}])`;
  return `there is no static lib${library} in the image; --link dynamic takes a shared one, if that is there`;
}

function distributionOf({ toolchain }: BuiltWith): Distribution {
  return toolchain.native === "musl" ? "alpine" : "debian";
}

/** A libc beside the image's own: the distribution's libraries are for the other one. */
function isForeign({ toolchain }: BuiltWith): boolean {
  return toolchain.libc !== toolchain.native;
}

function foreign(what: string, { toolchain }: BuiltWith, header?: string): string {
  const alpine = header === undefined ? null : packageOf("header", header, "alpine");
  const own = alpine === null ? "" : `: --env alpine-3.22 --package 'alpine-*:${alpine}'`;
  return (
    `${what} is built for ${toolchain.native} in this image, and a ${toolchain.libc} program cannot take it: ` +
    `choose ${toolchain.native}-* environments, or an image whose own libc is ${toolchain.libc}${own}`
  );
}
