/* SIGABRT where it was started with other than what the test says; else SIGILL. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ; /* three variables, and none that a debugger or shell adds */

int main(int argc, char **argv) {
  char line[16] = "";
  int n = 0;
  while (environ[n]) n++;
  if (argc != 4 || strcmp(argv[1], "two words") || strcmp(argv[2], "it's \"$HOME\" `x`\\\nnew line") || *argv[3]) abort();
  if (n != 3 || strcmp(getenv("SPACED"), "a 'b'\n$c") || strcmp(getenv("HOME"), "/home of 'x'")) abort();
  if (strcmp(getenv("PATH"), "/nowhere")) abort();
  if (fgets(line, sizeof line, stdin)) abort();
  puts("as said");
  __asm__ volatile("ud2");
  return 0;
}
