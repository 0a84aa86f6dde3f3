import { loadRepro, shelfNames } from "../manifest/load.js";
import { badRequest } from "../failure.js";
import { byAge } from "../run/store/campaign-id.js";
import { campaignIds } from "../workspace/campaign-place.js";
import { searchIds } from "../workspace/search-place.js";
import { ASK, defineCommand } from "../cli/command.js";
import { loadCatalogue, shelves } from "../request/shelves.js";
import { FIRST_REPRO } from "../request/subject.js";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

/** Each asks vivarium for the words that fit, one a line, in the form that yargs gives to that shell. */
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# vivarium: eval "$(vivarium completion bash)" in ~/.bashrc
_vivarium() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(SHELL=bash vivarium ${ASK} "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o bashdefault -o default -F _vivarium vivarium
`,
  zsh: `#compdef vivarium
# vivarium: source <(vivarium completion zsh) in ~/.zshrc, after compinit
_vivarium() {
  local -a words_that_fit
  words_that_fit=("\${(@f)$(SHELL=zsh vivarium ${ASK} "\${(@)words[1,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$words_that_fit" ]]; then _describe vivarium words_that_fit; else _default; fi
}
compdef _vivarium vivarium
`,
  fish: `# vivarium: vivarium completion fish > ~/.config/fish/completions/vivarium.fish
function __vivarium_words
  set -l typed (commandline -opc) (commandline -ct)
  SHELL=fish vivarium ${ASK} $typed 2>/dev/null
end
complete -c vivarium -a '(__vivarium_words)'
`,
};

export const completion = defineCommand<{ shell?: Shell }>({
  usage: "completion [shell]",
  describe: "print a completion script for bash, zsh or fish",
  examples: [
    ["completion bash", 'in ~/.bashrc: eval "$(vivarium completion bash)"'],
    ["completion fish", "> ~/.config/fish/completions/vivarium.fish"],
  ],
  options: (yargs) =>
    yargs.positional("shell", { choices: SHELLS, describe: "the shell (default: that of $SHELL)" }) as never,
  act({ shell }, { env, stdout }) {
    const own = SHELLS.find((name) => (env["SHELL"] ?? "").endsWith(`/${name}`));
    const chosen = shell ?? own;
    if (chosen === undefined) throw badRequest("which shell?", "vivarium completion bash, zsh or fish");
    stdout.write(SCRIPTS[chosen]);
    return Promise.resolve(0);
  },
});

/** Options whose values are names of environments. */
const OF_ENVIRONMENTS = new Set(["--env", "-e", "--environment", "--run-on", "--baseline"]);
const OF_REPROS = new Set(["run", "plan", "build", "debug"]);
const OF_CAMPAIGNS = new Set(["report", "bundle", "attach"]);

/**
 * The words that may stand last on a command line, where they are names that only vivarium knows; null where the verb's
 * own options and choices are meant. `words` is what was typed, `vivarium` first, the unfinished word last.
 */
export async function namesFor(words: readonly string[], cwd: string): Promise<string[] | null> {
  const current = words.at(-1) ?? "";
  const before = words.at(-2) ?? "";
  const verb = words[1] ?? "";
  if (OF_ENVIRONMENTS.has(before)) return environmentNames();
  if (before === "--variant") return variantNames(words, cwd);
  if (before === "--resume") return campaigns(cwd);
  if (current.startsWith("-") || words.length !== 3) return null;
  if (verb === "show") return [...(await shelfNames(shelves(cwd))), ...(await environmentNames())];
  if (OF_REPROS.has(verb)) return shelfNames(shelves(cwd));
  return OF_CAMPAIGNS.has(verb) ? campaigns(cwd) : null;
}

async function environmentNames(): Promise<string[]> {
  return Object.keys((await loadCatalogue()).environments);
}

async function variantNames(words: readonly string[], cwd: string): Promise<string[]> {
  const named = words[2] === undefined || words[2].startsWith("-") ? FIRST_REPRO : words[2];
  const repro = await loadRepro(named, shelves(cwd), cwd).catch(() => null);
  return Object.keys(repro?.manifest.variants ?? {});
}

async function campaigns(cwd: string): Promise<string[]> {
  const ids = [...(await campaignIds(cwd)), ...(await searchIds(cwd))].sort(byAge);
  return ["latest", ...ids.reverse()];
}
