import { expect, test } from "vitest";
import { folderOf, vivarium } from "../commands/command-line.js";

/** Says back what it is told; dies of an `x`. MODE: `dead` and `deaf` never get ready. Its port is bound anew each time. */
const SERVER = `#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
int main(int argc, char **argv) {
  const char *mode = getenv("MODE") ? getenv("MODE") : "";
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  char word[16] = "";
  if (strcmp(mode, "dead") == 0) return fputs("no configuration\\n", stderr), 3;
  if (strcmp(mode, "deaf") == 0) return fputs("thinking\\n", stderr), pause();
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&at, sizeof at) < 0 || listen(listener, 1) < 0) return perror("bind"), 4;
  if (fork() == 0) pause();
  int client = accept(listener, NULL, NULL);
  if (read(client, word, sizeof word - 1) < 1) return 5;
  if (word[0] == 'x') fprintf(stderr, "cannot read %s\\n", word), abort();
  write(client, "pong", 4);
  pause();
}
`;
const CLIENT = `#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
static void told(int number) { _exit(number == SIGTERM ? 7 : 6); }
int main(int argc, char **argv) {
  struct addrinfo *found, asked = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
  char word[16] = "";
  signal(SIGTERM, told);
  if (getaddrinfo("db.example", "7000", &asked, &found)) return 8;
  int s = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(s, found->ai_addr, found->ai_addrlen) < 0) return 9;
  write(s, argv[1], strlen(argv[1]));
  long got = read(s, word, sizeof word - 1);
  puts(got > 0 ? word : "no answer");
  fflush(stdout);
  if (argc > 2) pause();
  return argc > 3 || (got < 1 && argv[1][0] != 'x');
}
`;
const MANIFEST = `name: pair
title: a client and its server
language: c
sources: [client.c, server.c]
build: $CC $CFLAGS client.c $LDFLAGS -o $OUT && $CC $CFLAGS server.c $LDFLAGS -o $OUTDIR/server
run:
  services:
    server: { command: server 7000, ready: { port: 7000 }, within: 1s }
  hosts: { db.example: 127.0.0.1 }
  signals: [TERM@300ms]
variants:
  crash: { args: [x] }
  dead: { args: [ping], env: { MODE: dead } }
  deaf: { args: [ping], env: { MODE: deaf } }
  ends: { args: [ping, wait] }
  well: { args: [ping] }
`;

interface ResultFile {
  warnings: string[];
  infra: { where: string; message: string }[];
  environments: {
    id: string;
    attempts: number;
    outcomes: Record<string, number>;
    signatures: { title: string; count: number; signal: string | null }[];
    outputs: { text: string }[];
  }[];
}

test("a service, a host's name and a signal at a time: fresh for each attempt, told apart from the program's own end", async () => {
  const cwd = await folderOf({ "p/client.c": CLIENT, "p/server.c": SERVER, "p/repro.yaml": MANIFEST });
  const args = ["run", "p", "--across", "variants", "--env", "glibc-2.36", "-n", "3", "--captures", "0"];
  const { stdout, stderr } = await vivarium([...args, "--json"], { cwd });
  const { environments, infra, warnings } = JSON.parse(stdout) as ResultFile;
  const of = (variant: string) => environments.find(({ id }) => id === `glibc-2.36@${variant}`);
  expect(of("well"), stderr).toMatchObject({
    attempts: 3,
    outcomes: { clean: 3 },
    outputs: [{ text: "pong" }],
  });
  expect(of("crash")).toMatchObject({
    outcomes: { crash: 3 },
    signatures: [{ count: 3, signal: "SIGABRT", title: "service server died of SIGABRT" }],
  });
  expect(JSON.stringify(of("crash"))).toContain("service server said last: cannot read x");
  expect(of("ends")).toMatchObject({ outcomes: { exit: 3 }, signatures: [{ title: "exit status 7: pong" }] });
  expect(warnings.join("\n")).toMatch(
    /SIGTERM 300 ms after its start was sent to the program: 3 signals in 9 attempts/,
  );
  const why = (variant: string) => infra.find(({ where }) => where === `glibc-2.36@${variant}`)?.message;
  expect(of("dead")).toMatchObject({ attempts: 0 });
  expect(why("dead")).toContain("ended before it was ready (exit status 3); it said last: no configuration");
  expect(why("deaf")).toContain(
    "not ready within 1000 ms: nothing waits at port 7000; it said last: thinking",
  );
});
