import { overlayFault } from "./overlay.js";
import * as z from "zod";
import { COMPILED_NAMES } from "./compiled-languages.js";
import { patternFault } from "./output-pattern.js";
import { LOCALE, parsePackage } from "./package-name.js";
import { Duration, Size } from "./quantity.js";
import { Surroundings } from "./surroundings.js";

export const OUTCOMES = ["crash", "exit", "timeout", "clean"] as const;
/** What an attempt came to. `infra` is never an outcome of the program. */
export const OutcomeName = z.enum(OUTCOMES);
export type OutcomeName = z.infer<typeof OutcomeName>;

const Link = z.enum(["static", "dynamic"]);
const Env = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of an environment variable"),
  z.string(),
);
/** Path in the container -> path in the repro folder. */
const Files = z
  .record(z.string().regex(/^\//, "an absolute path in the container"), z.string())
  .superRefine((files, context) => {
    for (const path of Object.keys(files)) {
      const message = overlayFault(path);
      if (message !== null) context.addIssue({ code: "custom", message, path: [path] });
    }
  });

export const Limits = z
  .strictObject({
    stack: Size.optional().describe("RLIMIT_STACK of an attempt (default 8MiB)"),
    memory: Size.optional().describe(
      "memory of the container (default 512MiB, for Go 1536MiB, with a sanitizer 2GiB)",
    ),
    processes: z.int().positive().optional().describe("processes and threads in the container (default 256)"),
    files: z.int().positive().optional().describe("open files of a process (default 1024)"),
    tmp: Size.optional().describe("size of the tmpfs on /tmp (default 64MiB)"),
  })
  .meta({ id: "Limits" });

/** A flag of a compiler. `[-Wl,-z,lazy]` is three words in YAML, of which the first alone says nothing. */
const Flag = z
  .string()
  .refine(
    (flag) => !/^-W[alp]$/.test(flag),
    'a comma in [ ] begins a new word: put the flag in quotes, such as "-Wl,-z,lazy"',
  );

/** A name or a relative path, and nothing that a tool takes for an option. */
const Target = z
  .string()
  .regex(/^(\.\/)?[A-Za-z0-9_][\w.+/-]*$/, "a name, or a path in the folder such as ./cmd/serve")
  .refine((text) => !text.split("/").includes(".."), "leads out of the repro's folder");

const Folder = z
  .string()
  .regex(/^[^/\0]/, "a folder of the repro, such as data, or . for all of it")
  .refine((text) => !text.split("/").includes(".."), "leads out of the repro's folder");

/** Something of the distribution of the environment's image. */
const Package = z
  .string()
  .refine(
    (text) => parsePackage(text) !== null,
    "a package's name, such as zlib1g-dev, or alpine-*:zlib-dev for some environments alone",
  );

/** How a program is built and run; the same keys at the manifest's top level are the default of every variant. */
const Build = {
  link: Link.optional().describe("how the program is linked (default static)"),
  patches: z.array(z.string()).optional().describe("unified diffs, applied to a private copy of GOROOT"),
  cc: z
    .enum(["gcc", "clang"])
    .optional()
    .describe("the C compiler (default gcc; musl-gcc or its clang twin on musl)"),
  cflags: z.array(Flag).optional().describe("added to the compiler's flags"),
  ldflags: z.array(Flag).optional().describe("added to the linker's flags (for Go: -extldflags)"),
  goflags: z.array(z.string()).optional().describe("added to go build's flags"),
  cgo: z.boolean().optional().describe("CGO_ENABLED (default true)"),
  sanitize: z
    .array(z.enum(["address", "undefined", "thread"]))
    .optional()
    .describe("sanitizers that the program is built with"),
  build: z
    .string()
    .optional()
    .describe(
      "a shell command line that replaces the build; $CC, $CXX, $CFLAGS, $CXXFLAGS and $LDFLAGS (for Go: what -ldflags takes) are set; it writes the program to $OUT, " +
        "and what else the program needs into the folder $OUTDIR, in which $OUT lies: shared libraries (an rpath of $ORIGIN works), data. " +
        "Where it writes nothing to $OUT, the one program that it made is taken",
    ),
  target: Target.optional().describe(
    "which program of a project: the name or path of one that `build` makes, or a Go package such as ./cmd/serve",
  ),
  test: z.boolean().optional().describe("build a Go test binary (go test -c)"),
  packages: z
    .array(Package)
    .max(100)
    .optional()
    .describe(
      "packages of the image's own distribution that the program needs, to be built or to run: zlib1g-dev, or alpine-*:zlib-dev for some environments alone",
    ),
  files: Files.optional().describe(
    "laid over the container's root, read-only: path in the container -> file here",
  ),
  env: Env.optional().describe("environment variables of the program"),
  args: z.array(z.string()).optional().describe("arguments of the program"),
};

export const Variant = z
  .strictObject({
    sources: z.array(z.string()).min(1).optional().describe("another program in place of the repro's own"),
    ...Build,
  })
  .meta({ id: "Variant" });
export type Variant = z.infer<typeof Variant>;

/** One line of `expect`: what an attempt must come to where variant and environment (globs) match. */
export const Expectation = z
  .strictObject({
    variant: z.string().optional().describe("name or glob; default: every variant"),
    environment: z.string().optional().describe("name or glob; default: every environment"),
    outcome: OutcomeName.optional().describe("how attempts must end"),
    signal: z
      .string()
      .regex(/^SIG[A-Z0-9+]+$/, "a signal's name, such as SIGSEGV")
      .optional()
      .describe("signal that ends them: SIGSEGV"),
    exit: z.int().min(0).max(255).optional().describe("exit status"),
    "fault-address": z
      .union([z.int().nonnegative(), z.string().regex(/^0x[0-9a-f]+$/i)])
      .optional()
      .describe("address of the fault: 0x18, or a number"),
    frame: z
      .string()
      .optional()
      .describe("a function (substring) in the crashing thread's native or Go stack"),
    output: z
      .string()
      .superRefine((text, context) => {
        const fault = patternFault(text);
        if (fault !== null) context.addIssue({ code: "custom", message: fault });
      })
      .optional()
      .describe("a regular expression that the output matches"),
  })
  .meta({ id: "Expectation" });
export type Expectation = z.infer<typeof Expectation>;

/** `prebuilt`: the source is the program, compiled already. `command`: the program lies in the environment's image. */
export const LANGUAGES = ["go", "c", "c++", ...COMPILED_NAMES, "prebuilt", "command"] as const;
export const Language = z.enum(LANGUAGES);
export type Language = z.infer<typeof Language>;

/** `repro.yaml`. docs/reference/manifest.md describes it; `schemas/repro.schema.json` is generated from this definition. */
export const Manifest = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]*$/, "lower-case letters, digits, dots, dashes")
      .describe("name of the repro, as `run NAME` takes it: lower-case letters, digits, dots, dashes"),
    title: z.string().min(1).describe("the bug in one line"),
    links: z.array(z.url()).optional().describe("where the bug is discussed"),
    language: Language.describe(
      "`prebuilt`: the source is a program that is compiled already; `command`: the program is in the image",
    ),
    sources: z.array(z.string()).min(1).default([]).describe("files and folders that the program is made of"),
    program: z
      .string()
      .regex(/^(\/.*[^/]|[^/\s]+)$/, "a name on the PATH, or an absolute path in the image")
      .optional()
      .describe("for language `command`: the program, by name or by absolute path in the image"),
    environments: z.array(z.string()).min(1).optional().describe("the default of `run`: names or globs"),
    run: z
      .strictObject({
        args: z.array(z.string()).optional().describe("arguments of the program, for every variant"),
        env: Env.optional().describe("environment variables of the program, for every variant"),
        user: z
          .union([z.int().nonnegative(), z.string()])
          .optional()
          .describe("uid, uid:gid (default 65534)"),
        timeout: Duration.optional().describe("time limit of one attempt (default 10s)"),
        stdin: z.string().optional().describe("a file of the repro, given on standard input"),
        tty: z
          .boolean()
          .optional()
          .describe(
            "the program has a terminal, and what is given on standard input is typed there (default false)",
          ),
        directory: Folder.optional().describe(
          "folder of the repro that the program runs in, read-only (default: an empty /tmp; for a Go test its package)",
        ),
        limits: Limits.optional().describe("limits of an attempt and its container"),
        locales: z
          .array(z.string().regex(LOCALE, "a locale's name, such as de_DE.UTF-8"))
          .max(50)
          .optional()
          .describe("locales that glibc environments have (default: C and C.UTF-8 alone)"),
        ...Surroundings,
      })
      .optional()
      .describe("how every variant is run"),
    ...Build,
    default: z.string().optional().describe("the variant that runs where none is named"),
    variants: z
      .record(z.string().regex(/^[a-z0-9][a-z0-9._-]*$/), Variant)
      .optional()
      .describe("variants by name; a key of a variant overrides the same key above"),
    expect: z.array(Expectation).optional().describe("what attempts must come to; `run` checks it"),
  })
  .superRefine(({ language, sources, program }, context) => {
    const fault = (key: string, message: string): void =>
      context.addIssue({ code: "custom", path: [key], message });
    if (language === "command") {
      if (program === undefined) fault("program", "missing: a `command` names its program");
    } else {
      if (sources.length === 0) fault("sources", "missing: the files that the program is made of");
      if (program !== undefined) fault("program", "only a repro whose language is `command` has one");
    }
  })
  .meta({ id: "Manifest", title: "vivarium repro manifest" });
export type Manifest = z.infer<typeof Manifest>;
