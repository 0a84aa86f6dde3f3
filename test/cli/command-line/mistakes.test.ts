import { expect, test } from "vitest";
import { folderOf, vivarium } from "../../commands/command-line.js";

/** What is typed, what is said, and what to type instead. Nothing here needs an engine but to be told that there is none. */
const MISTAKES: readonly [what: string, line: string, said: string, remedy: string][] = [
  ["no verb at all", "", "no verb was given", "vivarium run golang-13470"],
  ["a verb misspelt", "rnu crash.c", "no verb 'rnu'", "did you mean run?"],
  ["the verb forgotten", "crash.c", "no verb 'crash.c'", "vivarium run crash.c"],
  ["an option misspelt", "run crash.c --runz 3", "run has no option --runz", "did you mean --runs?"],
  [
    "an option of another verb",
    "report latest --variant x",
    "report has no option --variant",
    "vivarium report --help",
  ],
  ["attempts of a search", "ablate crash.c -n 20", "ablate takes no -n: it decides itself", "ablate --help"],
  [
    "a comparison in a search",
    "bisect crash.c --over musl-* --perturb all",
    "bisect takes no --perturb: it compares candidates of its own",
    "bisect --help",
  ],
  ["a swarm for a search", "reduce crash.c --swarm", "reduce takes no --swarm: it uses one", "reduce --help"],
  [
    "a comparison in fix",
    "fix crash.c --patch a.diff --all-pairs",
    "fix takes no --all-pairs: it compares two sides",
    "fix --help",
  ],
  ["a value forgotten", "plan crash.c --env", "--env: its value is missing", "--env=VALUE"],
  ["a value that is none of the choices", "run crash.c --link statc", "--link statc", "did you mean static?"],
  ["a word for a number", "run crash.c --runs many", "--runs many: not a number", "--runs 20"],
  ["an option given twice", "run crash.c --runs 3 --runs 5", "--runs: given 2 times", "leave the others out"],
  ["a long flag of go's apart", "run crash.c --goflags --tags", "--goflags --tags", "write --goflags=--tags"],
  ["two repros", "run crash.c other.c", "unexpected argument 'other.c'", "vivarium run crash.c -- other.c"],
  ["a repro misspelt", "run golang-1347", "no repro 'golang-1347'", "did you mean golang-13470?"],
  ["a file misspelt", "run carsh.c", "no repro 'carsh.c'", "did you mean crash.c?"],
  ["a manifest in place of its folder", "run own/repro.yaml", "this is a manifest", "name its folder: own"],
  ["a compiled program", "run a.out", "not a source file", "vivarium run a.out --prebuilt"],
  ["a local program after --", "run -- ./a.out", "a path of this machine", "vivarium run ./a.out --prebuilt"],
  ["an environment misspelt", "plan crash.c --env glibc-2.63", "no environment 'glibc-2.63'", "glibc-2.36"],
  [
    "environments apart",
    "plan --env glibc-2.36 musl-1.2.3",
    "'musl-1.2.3' is an environment",
    "--env glibc-2.36,musl-1.2.3",
  ],
  [
    "a Go that there is not",
    "plan golang-13470 --env glibc-2.36/go-1.18",
    "no environment",
    "did you mean go-1.1",
  ],
  [
    "a variant misspelt",
    "plan golang-13470 --variant uncachd",
    "no variant 'uncachd'",
    "did you mean uncached?",
  ],
  ["a time without its unit", "plan crash.c --timeout 10", "'10' is not a duration", "10s, 500ms"],
  ["a size in the wrong unit", "plan crash.c --stack 8MB", "'8MB' is not a size", "8MiB"],
  ["a user by name", "plan crash.c --user root", "'root' is not a number", "root is 0"],
  [
    "a file without its place",
    "plan crash.c --file nss.conf",
    "not of the form SRC:DEST",
    "--file ./nsswitch.conf:/etc/nsswitch.conf",
  ],
  [
    "a file that is not there",
    "plan crash.c --stdin crsh.c",
    "there is no such file",
    "did you mean crash.c?",
  ],
  [
    "an expectation misspelt",
    "plan crash.c --expect sgnal=SIGSEGV",
    "unknown key 'sgnal'",
    "did you mean signal?",
  ],
  ["two stop rules", "plan crash.c --runs 3 --for 10s", "--runs and --for exclude each other", "choose one"],
  [
    "a manifest's key misspelt",
    "run own",
    "own/repro.yaml:5:1: unknown key 'envs'",
    "correct the lines named above",
  ],
  [
    "a flag with commas in a list",
    "plan commas",
    "commas/repro.yaml:5:11: ldflags.0: a comma in [ ] begins a new word",
    "correct the lines named above",
  ],
  [
    "a pattern for sources",
    "plan pattern",
    "sources: 'src/*.c' does not exist",
    "name the files, or their folder",
  ],
  ["a source's name misspelt", "plan source", "sources: 'mian.c' does not exist", "did you mean main.c?"],
  ["a text file", "run notes.txt", "not a source file", "give a source file"],
  ["a file that is nowhere", "run src/deep.c", "there is no such file or folder", "it is looked for at /"],
  [
    "an empty folder",
    "run nothing",
    "holds neither repro.yaml nor",
    "`vivarium new NAME` writes a repro folder",
  ],
  [
    "a pattern that fits no environment",
    "plan crash.c --env glibc-3*",
    "no environment 'glibc-3*'",
    "did you mean",
  ],
  [
    "a bundle in place of a campaign",
    "report it.tar.gz",
    "'it.tar.gz' is a bundle",
    "vivarium verify it.tar.gz",
  ],
  ["a bundle misspelt", "verify ti.tar.gz", "ti.tar.gz: there is no such file", "did you mean it.tar.gz?"],
  ["an unpacked bundle", "verify own", "own: is a folder, not a bundle", "name the .tar.gz"],
  ["a campaign that there is not", "report nosuch", "no campaign 'nosuch'", "There"],
  [
    "a configuration that is not there",
    "plan --config nope.yaml",
    "nope.yaml: cannot be read",
    "vivarium.config.yaml",
  ],
  [
    "two engines for a verb of one",
    "build crash.c --host unix:///a.sock --host unix:///b.sock",
    "2 engines were named, and this command uses one",
    "'run' spreads attempts over several",
  ],
  [
    "a swarm, and engines beside it",
    "run crash.c --swarm --registry a:5000 --host unix:///a.sock --host unix:///b.sock",
    "--swarm takes one engine",
    "name the manager alone",
  ],
];

const FILES = {
  "crash.c": "int main(void) { return 0; }\n",
  "other.c": "int main(void) { return 0; }\n",
  "a.out": Buffer.from([0x7f, 0x45, 0x4c, 0x46]),
  "own/repro.yaml": "name: own\ntitle: own\nlanguage: c\nsources: [own.c]\nenvs: [glibc-2.36]\n",
  "own/own.c": "int main(void) { return 0; }\n",
  "commas/repro.yaml": "name: x\ntitle: x\nlanguage: c\nsources: [main.c]\nldflags: [-Wl,-z,lazy]\n",
  "commas/main.c": "int main(void) { return 0; }\n",
  "pattern/repro.yaml": "name: x\ntitle: x\nlanguage: c\nsources: ['src/*.c']\n",
  "source/repro.yaml": "name: x\ntitle: x\nlanguage: c\nsources: [mian.c]\n",
  "source/main.c": "int main(void) { return 0; }\n",
  "notes.txt": "notes\n",
  "nothing/notes.txt": "notes\n",
  "it.tar.gz": Buffer.from([0x1f, 0x8b, 8, 0]),
};

test.each(MISTAKES)("%s: %s", async (_what, line, said, remedy) => {
  const words = line.split(" ").filter((word) => word !== "");
  const { code, stdout, stderr } = await vivarium(words, { cwd: await folderOf(FILES), env: {} });
  expect(stderr).toMatch(/^vivarium: .*\n {2}\S/s);
  expect(stderr.slice(0, stderr.indexOf("\n  "))).toContain(said);
  expect(stderr.slice(stderr.indexOf("\n  "))).toContain(remedy);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
});

test("an engine that does not answer is no verdict, and says where one may be", async () => {
  const words = ["run", "crash.c", "--host", "tcp://127.0.0.1:1"];
  const { code, stderr } = await vivarium(words, { cwd: await folderOf(FILES), env: {} });
  expect(code).toBe(3);
  expect(stderr).toMatch(
    /^vivarium: no container engine answers at tcp:\/\/127\.0\.0\.1:1 \(chosen by --host\)/,
  );
  expect(stderr).toMatch(/\n {2}\S/);
});
