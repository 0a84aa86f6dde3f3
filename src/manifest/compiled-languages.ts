/** A language whose compiler is a package of the image's distribution: what it is called there, and how it is called. */
export interface CompiledLanguage {
  readonly title: string;
  readonly endings: readonly string[];
  /** Packages that build and run it, by the image's libc: Debian's images have glibc, Alpine's musl. */
  readonly packages: { readonly glibc: readonly string[]; readonly musl: readonly string[] };
  /** A shell command line; `{sources}` stands for the files, `{main}` for the one that has the program's start. */
  readonly build: string;
  /** The same for a static program, where that takes more than `-static` in $LDFLAGS. */
  readonly buildStatic?: string;
  /** Why a libc beside the image's own cannot have it; null where it has no library of its own. */
  readonly foreign: string | null;
}

/** NASM's object, and the compiler that links it: without libc's start where the program has its own. */
const ASSEMBLED =
  "nasm -f elf64 -g -F dwarf -o /tmp/program.o {main} && " +
  '$CC $(grep -q -E "^[[:space:]]*global[[:space:]]+_start" {main} && echo -nostdlib)';

/** A new language is an entry here, and nothing else. */
export const COMPILED = {
  rust: {
    title: "Rust",
    endings: [".rs"],
    packages: { glibc: ["rustc"], musl: ["rust"] },
    build: 'rustc $CFLAGS ${LDFLAGS:+-C "link-args=$LDFLAGS"} -o "$OUT" {main}',
    buildStatic: 'rustc $CFLAGS -C target-feature=+crt-static -o "$OUT" {main}',
    foreign: "Debian's rustc has a standard library for glibc alone",
  },
  fortran: {
    title: "Fortran",
    endings: [".f90", ".f95", ".f03", ".f08", ".f", ".for"],
    packages: { glibc: ["gfortran"], musl: ["gfortran"] },
    build: 'gfortran -J /tmp $CFLAGS -o "$OUT" {sources} $LDFLAGS',
    foreign: "Debian's libgfortran is built for glibc",
  },
  ada: {
    title: "Ada",
    endings: [".adb"],
    packages: { glibc: ["gnat"], musl: ["gcc-gnat"] },
    build: 'gnatmake -q -D /tmp $CFLAGS -o "$OUT" {main} ${LDFLAGS:+-largs $LDFLAGS}',
    buildStatic: 'gnatmake -q -D /tmp $CFLAGS -o "$OUT" {main} -bargs -static -largs $LDFLAGS',
    foreign: "Debian's libgnat is built for glibc",
  },
  d: {
    title: "D",
    endings: [".d"],
    packages: { glibc: ["gdc"], musl: ["gcc-gdc"] },
    build: 'gdc $CFLAGS -o "$OUT" {sources} $LDFLAGS',
    foreign: "Debian's libgphobos is built for glibc",
  },
  nasm: {
    title: "NASM's assembler",
    endings: [".asm", ".nasm"],
    packages: { glibc: ["nasm"], musl: ["nasm"] },
    build: `${ASSEMBLED} -no-pie $LDFLAGS -o "$OUT" /tmp/program.o`,
    buildStatic: `${ASSEMBLED} $LDFLAGS -o "$OUT" /tmp/program.o`,
    foreign: null,
  },
} as const satisfies Readonly<Record<string, CompiledLanguage>>;

export type CompiledName = keyof typeof COMPILED;

/** The entry of a language; null for one that vivarium builds by itself. */
export function compiledLanguage(language: string): CompiledLanguage | null {
  return Object.hasOwn(COMPILED, language) ? COMPILED[language as CompiledName] : null;
}

export const COMPILED_NAMES = Object.keys(COMPILED) as [CompiledName, ...CompiledName[]];

/** Ending -> language, of those above. */
export function compiledEndings(): [string, CompiledName][] {
  return Object.entries(COMPILED).flatMap(([name, { endings }]) =>
    endings.map((ending): [string, CompiledName] => [ending, name as CompiledName]),
  );
}
