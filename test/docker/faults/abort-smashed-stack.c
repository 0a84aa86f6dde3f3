/* SIGABRT by __libc_fatal (musl: a trap instruction): a buffer on the stack was overrun. Built with -fstack-protector-all. */
#include <string.h>

__attribute__((noipa)) static void fill(char *text, volatile int length) { memset(text, 'x', length); }

__attribute__((noipa)) static int victim(void) {
  char text[16];
  fill(text, 64);
  return text[3];
}

int main(void) { return victim(); }
