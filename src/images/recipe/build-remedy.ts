import type { BuildPlan } from "../../plan/plan.js";

/** What a tool says, for which language where that matters, and what to do about it; `$1` is what the tool named. */
const REMEDIES: readonly [said: RegExp, remedy: string, language?: BuildPlan["language"]][] = [
  [
    /fatal error: (?:iostream|string|vector|map|memory|thread|cstd\w+|algorithm|exception)\b|unknown type name '(?:class|namespace|template)'/,
    "this is C++: give the file the ending .cc (in a manifest: language: c++)",
    "c",
  ],
  [
    /fatal error: ([^\s:]+): No such file or directory/,
    "no $1 is there: a repro is built against the libc alone; put what it needs among its sources",
  ],
  [
    /undefined reference to `main'|function main is undeclared in the main package/,
    "the program needs a main: add one (for Go tests: test: true in the manifest)",
  ],
  [
    /cannot find -l([\w+.-]+)/,
    "there is no static lib$1 in the image; --link dynamic takes a shared one, if that is there",
  ],
  [
    /missing go\.sum entry|no required module provides package|cannot find module providing|dial tcp|cannot find package/,
    "a build has no network: run `go mod vendor` in the folder, and name vendor among its sources",
    "go",
  ],
  [
    /go\.mod requires go >=|note: module requires Go |package [^.\s]+ is not in (?:GOROOT|std)/,
    "this Go is too old for the program: choose a newer one (--env glibc-2.41/go-1.24; vivarium list shows which fit)",
    "go",
  ],
  [
    /undefined reference to `(pthread|sem|dlopen|sqrt|pow)\w*'/,
    "a library is missing: --ldflags=-lpthread, -lm or -ldl (a manifest's ldflags)",
  ],
  [
    /unrecognized command.line option|unknown argument/,
    "this compiler does not know that flag: look at cflags and ldflags",
  ],
];

/** What to do about a program that does not build, from what the tools said. */
export function buildRemedy(said: string, language: BuildPlan["language"]): string {
  for (const [pattern, remedy, only] of REMEDIES) {
    const found = only === undefined || only === language ? pattern.exec(said) : null;
    if (found !== null) return remedy.replace("$1", found[1] ?? "");
  }
  return "mend the source, or name what it needs in the manifest";
}
