import type { Manifest } from "../../manifest/repro.js";

/** How a program was built and run, as far as the command lines of a text tell it: fields of a manifest. */
export type Told = Pick<
  Manifest,
  "cc" | "cflags" | "ldflags" | "goflags" | "sanitize" | "link" | "args" | "env"
> & {
  /** The lines that this was read from. */
  readonly lines: readonly string[];
};

/** Longer is no command that a person typed. */
const MOST_CHARACTERS = 1000;
const MOST_FLAGS = 50;
const COMPILER = /^(?:\S*\/)?(?:[\w-]*-)?(gcc|g\+\+|cc|c\+\+|clang|clang\+\+|gfortran)(?:-[\d.]+)?$/;
/** What stands before a step of a list: `2. gcc -O2 twice.c`. */
const STEP = /^\s*(?:\d{1,2}[.)]|[-*])\s+(?=\S)/;
/** What a shell shows before a command. */
const PROMPT = /^\s*(?:\$|#|%|>|\S+@\S+[^$#]{0,80}[$#])\s+/;
const SANITIZERS = ["address", "undefined", "thread"] as const;

/** Reads the first compiler line of a text, and the first line that runs what it made. Nothing is run here. */
export function toldIn(text: string): Told {
  const commands = text.split("\n").flatMap(commandsOf);
  const compiled = commands.find(
    ({ words: [tool = "", verb = ""] }) =>
      COMPILER.test(tool) || (tool === "go" && /^(?:build|run|test|install)$/.test(verb)),
  );
  const runs = commands.filter(({ words: [tool = ""] }) => /^\.\/[\w./-]+$/.test(tool));
  // Of several runs the one that is said to go wrong.
  const started = runs.find(({ remark }) => /crash|fault|abort|fail|hang|wrong/i.test(remark)) ?? runs[0];
  const build =
    compiled === undefined ? {} : compiled.words[0] === "go" ? goBuild(compiled) : cBuild(compiled);
  const args = (started?.words ?? []).slice(1, MOST_FLAGS).filter((word) => !/^(?:[<>|&]|2>)/.test(word));
  const env = { ...compiled?.env, ...started?.env };
  return {
    ...build,
    ...(args.length === 0 ? {} : { args }),
    ...(Object.keys(env).length === 0 ? {} : { env }),
    lines: [compiled, started].flatMap((command) => (command === undefined ? [] : [command.line])),
  };
}

interface Command {
  readonly line: string;
  readonly words: readonly string[];
  /** What stands behind it: `# crash`. */
  readonly remark: string;
  /** `NAME=value` before it, but for what a build takes alone. */
  readonly env: Readonly<Record<string, string>>;
}

/** The commands of a line, in a block or between backquotes; none where it is prose. */
function commandsOf(line: string): Command[] {
  if (line.length > MOST_CHARACTERS) return [];
  const quoted = [...line.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
  const step = line.replace(STEP, "");
  const isStep = step !== line && /\s-\w|\.\w{1,4}(?:\s|$)|^[A-Z_]+=|^\.\//.test(step);
  const shown = isStep ? step : line;
  return [shown.replace(PROMPT, ""), ...quoted].flatMap((text) =>
    text.split(/&&|;|\|\|/).flatMap((whole) => {
      const [, part = whole, remark = ""] = /^(.*?)\s#\s(.*)$/.exec(whole) ?? [];
      const words = part.trim().match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
      const plain = words.map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
      const at = plain.findIndex((word) => !/^[A-Z_][A-Z0-9_]*=/.test(word));
      const pairs = plain.slice(0, Math.max(0, at)).map((word): [string, string] => {
        const equals = word.indexOf("=");
        return [word.slice(0, equals), word.slice(equals + 1)];
      });
      const env = Object.fromEntries(pairs.filter(([name]) => !/^(CGO_|GOOS$|GOARCH$|CC$|CXX$)/.test(name)));
      return at < 0 ? [] : [{ line: part.trim(), words: plain.slice(at), remark, env }];
    }),
  );
}

type Built = Pick<Told, "cc" | "cflags" | "ldflags" | "goflags" | "sanitize" | "link">;

function cBuild({ words }: Command): Built {
  const flags = withoutValues(words.slice(1), /^-(o|MF|MT|x)$/).filter((word) => word.startsWith("-"));
  const sanitize = SANITIZERS.filter((name) =>
    flags.some((flag) => flag.startsWith("-fsanitize=") && flag.slice(11).split(",").includes(name)),
  );
  const own = flags.filter((flag) => !/^-(c|g\d?|ggdb\d?|static|shared|fsanitize=.*|o.+)$/.test(flag));
  const forLinker = (flag: string): boolean =>
    /^-(l.+|L.+|Wl,.+|pthread|rdynamic|no-pie|static-pie)$/.test(flag);
  const ldflags = own.filter(forLinker).slice(0, MOST_FLAGS);
  const cflags = own.filter((flag) => !forLinker(flag) || flag === "-pthread").slice(0, MOST_FLAGS);
  return {
    ...(/clang/.test(words[0] ?? "") ? { cc: "clang" as const } : {}),
    ...(flags.includes("-static") ? {} : { link: "dynamic" as const }),
    ...(cflags.length === 0 ? {} : { cflags }),
    ...(ldflags.length === 0 ? {} : { ldflags }),
    ...(sanitize.length === 0 ? {} : { sanitize: [...sanitize] }),
  };
}

function goBuild({ words }: Command): Built {
  const goflags = withoutValues(words.slice(2), /^-(o|run|bench|count|timeout|v|x)$/)
    .filter((word) => /^-(race|msan|asan|tags=.+|gcflags=.+|buildmode=.+|trimpath)$/.test(word))
    .slice(0, MOST_FLAGS);
  return goflags.length === 0 ? {} : { goflags };
}

/** Without the options whose next word is their value, and without that. */
function withoutValues(words: readonly string[], options: RegExp): string[] {
  return words.filter((word, i) => !options.test(word) && !options.test(words[i - 1] ?? ""));
}
