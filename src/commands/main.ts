import yargs, { type Argv } from "yargs";
import { Failure } from "../failure.js";
import type { Engine } from "../docker/engine.js";
import { loadRepro } from "../manifest/load.js";
import type { Surroundings } from "./command.js";
import { ASK, namesFor } from "./completion.js";
import { configuration } from "./configuration.js";
import { checkWords, missingValue, noSuchVerb, verbOf, type OptionTable } from "./mistakes.js";
import { shelves } from "./shelves.js";
import { verbs } from "./verbs.js";
import { VERSION } from "./package.js";

/** How long the engines have to remove what they run, once a signal came: Ctrl-C ends within two seconds. */
const FAREWELL_MS = 1900;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Parses the command line, calls one command, and maps errors to exit codes. Resolves with the exit code. */
export async function main(argv: readonly string[], host: NodeJS.Process): Promise<number> {
  const stop = new AbortController();
  const engines = new Set<Engine>();
  const around: Surroundings = {
    cwd: host.cwd(),
    argv,
    env: host.env,
    stdout: host.stdout,
    stderr: host.stderr,
    stdin: host.stdin,
    signal: stop.signal,
    engines,
  };
  // `vivarium list | head`: the reader is gone, which is no error of ours.
  host.stdout.on("error", () => {});
  host.stderr.on("error", () => {});

  const farewell = new Promise<number>((resolve) => {
    const onSignal = () => {
      if (stop.signal.aborted) return;
      stop.abort(new Failure("interrupted", "interrupted"));
      // The command ends by itself and keeps what was done; if it does not in time, what it runs is removed anyway.
      setTimeout(() => void removeAll(engines).then(() => resolve(130)), FAREWELL_MS - 700).unref();
      setTimeout(() => resolve(130), FAREWELL_MS).unref();
    };
    for (const name of SIGNALS) host.on(name, onSignal);
  });

  const work = parse(argv, around).catch((error: unknown) => report(error, around, argv.includes("--debug")));
  const code = await Promise.race([work, farewell]);
  if (stop.signal.aborted) await removeAll(engines);
  for (const engine of engines) engine.close();
  await flushed(host.stdout);
  return stop.signal.aborted ? 130 : code;
}

async function parse(argv: readonly string[], around: Surroundings): Promise<number> {
  const asked = argv[0] === ASK;
  if (!asked) await checkVerb(argv, around.cwd);
  let outcome: Promise<number> = Promise.resolve(0);
  let parser: Argv = yargs([...argv])
    .scriptName("vivarium")
    .usage(
      "$0 <verb>\n\nKeeps a crash alive in containers: does it crash here, how often, why, in which libc and Go?",
    )
    .locale("en")
    .parserConfiguration({ "populate--": true, "greedy-arrays": false, "dot-notation": false })
    .option("config", {
      type: "string",
      requiresArg: true,
      describe: "configuration file (default: vivarium.config.yaml)",
    })
    .option("debug", { type: "boolean", describe: "show stack traces of vivarium's own errors" })
    .config(asked ? {} : await configuration(argv, around))
    .strict()
    // The script that yargs would print; ours, by shell, are the verb `completion`.
    .completion("yargs-completion", false, (_current, _args, others, done) => {
      void namesFor(argv.slice(1), around.cwd).then((names) => (names === null ? others() : done(names)));
    })
    .version(VERSION)
    .help()
    .alias("help", "h")
    .wrap(Math.min(100, around.stdout.columns ?? 80))
    .epilogue(
      "Exit codes: 0 done and as expected, 1 not as expected, 2 wrong request, 3 no verdict, 130 interrupted.",
    )
    .exitProcess(false)
    .fail((message, error) => {
      const text = message ?? error?.message ?? "";
      if (error !== undefined && error !== null && error.name !== "YError") throw error;
      throw missingValue(text) ?? new Failure("request", text, "vivarium VERB --help shows what there is");
    });
  for (const verb of verbs) {
    parser = parser.command(
      verb.usage,
      verb.describe,
      (own) => {
        for (const [line, what] of verb.examples) own.example(`$0 ${line}`, what);
        const given = verb.options(own as never);
        if (asked) return given;
        return given.middleware(
          (args, { getOptions }: Argv & { getOptions?: () => OptionTable } = own as never) => {
            checkWords(verb, args as never, (getOptions as () => OptionTable)(), argv);
          },
          true,
        );
      },
      (args) => {
        outcome = verb.act(args as never, around);
        // Awaited below; yargs must not see its failures as faults of the command line.
        outcome.catch(() => {});
      },
    );
  }
  // yargs' own words (help, version, completions) go where the command's would.
  await parser.parseAsync([...argv], {}, (_error, _args, output) => {
    if (output !== "") around.stdout.write(`${output}\n`);
  });
  return outcome;
}

/** The first word must be a verb: yargs' own message for one that is none does not say what to type. */
async function checkVerb(argv: readonly string[], cwd: string): Promise<void> {
  const own = argv.filter((word, i) => argv[i - 1] !== "--config" || word.startsWith("-"));
  const word = own.find((each) => !each.startsWith("-"));
  const names = verbs.map(verbOf);
  if (word === undefined) {
    if (own.some((each) => ["--help", "-h", "--version"].includes(each))) return;
    throw new Failure(
      "request",
      "which verb?",
      "for example: vivarium run golang-13470; vivarium --help shows them all",
    );
  }
  if (names.includes(word)) return;
  const isRepro = (await loadRepro(word, shelves(cwd), cwd).catch(() => null)) !== null;
  throw noSuchVerb(word, names, isRepro);
}

/** Tells a person what went wrong and what to do; returns the exit code. */
function report(error: unknown, { stderr }: Surroundings, debug: boolean): number {
  if (error instanceof Failure) {
    if (error.kind !== "interrupted") {
      stderr.write(`vivarium: ${error.message}\n`);
      if (error.remedy !== null) stderr.write(`${error.remedy.replace(/^/gm, "  ")}\n`);
    }
    if (debug)
      stderr.write(
        `${String(error.stack)}\n${error.cause instanceof Error ? `${String(error.cause.stack)}\n` : ""}`,
      );
    return error.exitCode;
  }
  const fault = error instanceof Error ? error : new Error(String(error));
  stderr.write(`vivarium: a fault of vivarium itself: ${fault.message}\n`);
  stderr.write(
    debug ? `${String(fault.stack)}\n` : "  run it again with --debug and report what it prints\n",
  );
  return 3;
}

async function removeAll(engines: ReadonlySet<Engine>): Promise<void> {
  await Promise.allSettled([...engines].map((engine) => engine.removeAllLive()));
}

/** A pipe's reader may be slow: what was written must be out before the process ends. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0 || stream.destroyed) resolve();
    else stream.write("", () => resolve());
  });
}
