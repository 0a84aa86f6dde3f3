import { expect, test } from "vitest";
import { folderOf, vivarium } from "../commands/command-line.js";

const PROMPT = `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv) {
  char word[16] = "", data[16] = "";
  FILE *t = fopen("/dev/tty", "r+"), *file = fopen("words.txt", "r");
  if (t == NULL || file == NULL || !isatty(0) || !isatty(1) || !isatty(2)) return 9;
  fprintf(t, "word? ");
  fgets(word, sizeof word, t);
  fgets(data, sizeof data, file);
  printf("%zu letters, limit %ld\\n", strlen(word), sysconf(_SC_OPEN_MAX));
  if (fgets(word, sizeof word, stdin) != NULL) return 8;
  if (strcmp(data, "crash\\n") == 0) abort();
  return argc > 5 ? **argv : 0;
}
`;

interface ResultFile {
  environments: {
    outputs?: { text: string; count: number }[];
    signatures: { count: number; signal: string; evidence: { output: string; threads: unknown[] } }[];
  }[];
}

test("a program has a terminal, on which its input is typed, and the folder and limits that it asks for; under gdb, too", async () => {
  const cwd = await folderOf({
    "p/prompt.c": PROMPT,
    "p/data/words.txt": "crash\n",
    "p/repro.yaml":
      "{name: p, title: p, language: c, sources: [prompt.c, data], run: {directory: data, tty: true}}\n",
    "typed.txt": "hello\n",
  });
  const args = ["run", "p", "-n", "2", "--captures", "1", "--env", "glibc-2.36", "--stdin", "typed.txt"];
  const { stdout, stderr } = await vivarium([...args, "--limit", "files=77", "--json"], { cwd });
  const { environments } = JSON.parse(stdout) as ResultFile;
  expect(environments[0]?.signatures, stderr).toMatchObject([{ count: 2, signal: "SIGABRT" }]);
  const evidence = environments[0]?.signatures[0]?.evidence;
  expect(JSON.stringify(evidence)).toContain("word? 6 letters, limit 77");
  // gdb's own run came to the same end: it has a stack.
  expect(JSON.stringify(evidence)).toContain("prompt.c");
});

test("what was typed is echoed before the program starts, in every attempt", async () => {
  const source =
    '#include <stdio.h>\nint main(void) { printf("word? "); fflush(stdout); return getchar() != 104; }\n';
  const cwd = await folderOf({ "ask.c": source, "typed.txt": "hello\n" });
  const args = ["run", "ask.c", "-n", "600", "--parallel", "6", "--env", "glibc-2.36", "--tty", "--json"];
  const { stdout, stderr } = await vivarium([...args, "--stdin", "typed.txt"], { cwd });
  const { environments } = JSON.parse(stdout) as ResultFile;
  expect(environments[0]?.outputs, stderr).toMatchObject([{ text: "hello\nword?", count: 600 }]);
});
