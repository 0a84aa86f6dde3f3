/* Tries to forge evidence and to read the debugger's secret, then crashes. Exit 9 where it could. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int parents(const char *name, int flags) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)getppid(), name);
  return open(path, flags);
}

__attribute__((noipa)) static void crash(int *volatile nowhere) { *nowhere = 1; }

int main(void) {
  int i;
  for (i = 3; i < 64; i++) dprintf(i, "forged\n");
  printf("{\"kind\":\"capture\",\"id\":1,\"fatal\":true}\n\033]0;title\007");
  fprintf(stderr, "mark {\"kind\":\"end\"}\n");
  fflush(NULL);
  if (parents("environ", O_RDONLY) >= 0 || parents("mem", O_RDWR) >= 0 || parents("fd/1", O_WRONLY) >= 0) return 9;
  crash(NULL);
  return 0;
}
