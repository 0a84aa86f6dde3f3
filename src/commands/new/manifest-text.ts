import { stringify } from "yaml";
import { LANGUAGES, type Expectation, type Language } from "../../manifest/repro.js";
import type { Told } from "./told.js";

/** Languages that sources may be in. */
const BUILT = LANGUAGES.filter((language) => language !== "prebuilt" && language !== "command");

/** What a new manifest says. */
export interface Draft {
  readonly name: string;
  readonly title: string;
  readonly links: readonly string[];
  readonly language: Language;
  readonly sources: readonly string[];
  readonly test: boolean;
  /** Which package of a Go module. */
  readonly target?: string;
  /** Of the distribution, which hold what it includes. */
  readonly packages?: readonly string[];
  readonly environments: readonly string[];
  readonly link: "static" | "dynamic";
  readonly expect: readonly Expectation[];
  /** The command line of its own build. */
  readonly build?: string;
  /** Path in the container -> file of the repro. */
  readonly laid?: Readonly<Record<string, string>>;
  /** What else is known of its build and its run. */
  readonly told?: Omit<Told, "lines" | "link">;
  /** Path of the JSON schema for editors, relative to the manifest; null where it lies elsewhere. */
  readonly schema: string | null;
}

/** A manifest whose comments say what else it may hold: what is commented out is the default, or an example. */
export function manifestText(draft: Draft): string {
  const line = (key: string, value: unknown): string => `${key}: ${flow(value)}`;
  const parts = [
    ...(draft.schema === null ? [] : [`# yaml-language-server: $schema=${draft.schema}`]),
    line("name", draft.name),
    line("title", draft.title),
    draft.links.length > 0
      ? stringify({ links: draft.links }).trimEnd()
      : "# links: [https://github.com/OWNER/REPOSITORY/issues/1]",
    `${line("language", draft.language)}    # ${BUILT.join(", ")}, or prebuilt: the source is the compiled program`,
    `${line("sources", draft.sources)}    # files and folders, each relative to this one`,
    ...(draft.packages?.length
      ? [`${line("packages", draft.packages)}    # of the image's distribution`]
      : []),
    ...(draft.target === undefined ? [] : [line("target", draft.target)]),
    ...(draft.test ? [`${line("test", true)}    # go test -c`] : []),
    "",
    "# Where `vivarium run` runs it if nothing is asked for; `vivarium list` shows what there is.",
    line("environments", draft.environments),
    "",
    `${line("link", draft.link)}    # or ${draft.link === "static" ? "dynamic" : "static"}`,
    ...buildLines(draft),
    ...(draft.build === undefined ? [] : [line("build", draft.build)]),
    ...(["args", "env"] as const).flatMap((key) => {
      const value = draft.told?.[key];
      return value === undefined ? [] : [line(key, value)];
    }),
    "# run: { args: [], env: {}, user: 65534, timeout: 10s, stdin: input.txt, limits: { stack: 8MiB, memory: 512MiB } }",
    Object.keys(draft.laid ?? {}).length > 0
      ? `${line("files", draft.laid)}    # laid over the container's root`
      : "# files: { /etc/nsswitch.conf: nsswitch.conf }    # laid over the container's root",
    "",
    "# The same sources, built or run in another way: `vivarium run NAME --variant dynamic`, `--across variants`.",
    "# variants:",
    `#   ${draft.link}: {}`,
    `#   ${draft.link === "static" ? "dynamic" : "static"}: { link: ${draft.link === "static" ? "dynamic" : "static"} }`,
    "",
    "# What counts as the bug; the first line whose variant and environment match is meant. Without any, every crash counts.",
    ...(draft.expect.length > 0
      ? ["expect:", ...draft.expect.map((expectation) => `  - ${flow(expectation)}`)]
      : [
          "# expect:",
          "#   - { environment: 'glibc-*', outcome: crash, signal: SIGSEGV, frame: strlen }",
          "#   - { environment: 'musl-*', outcome: clean }",
        ]),
  ];
  return `${parts.join("\n")}\n`;
}

/** What a build may be given: as it is known, else as an example. */
function buildLines({ language, told = {} }: Draft): string[] {
  const known = { cc: told.cc, cflags: told.cflags, ldflags: told.ldflags, sanitize: told.sanitize };
  const examples: Readonly<Record<string, string>> = {
    cc: "# cc: gcc    # or clang",
    cflags: "# cflags: [-O2, -pthread]",
    ldflags: "# ldflags: [-lm]",
    sanitize: "# sanitize: [address]",
  };
  if (language === "prebuilt") return [];
  if (language === "go")
    return [
      "# cgo: true",
      told.goflags === undefined ? "# goflags: [-race]" : `goflags: ${flow(told.goflags)}`,
    ];
  return Object.entries(known).map(([key, value]) =>
    value === undefined ? (examples[key] as string) : `${key}: ${flow(value)}`,
  );
}

/** A value in one line. */
function flow(value: unknown): string {
  const flowCollectionPadding = !Array.isArray(value);
  return stringify(value, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding }).trim();
}
