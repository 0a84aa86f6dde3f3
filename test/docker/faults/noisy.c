/* SIGSEGV after more output than anyone keeps; it would wait for ever where nobody reads. */
#include <stddef.h>
#include <stdio.h>

__attribute__((noipa)) static void crash(int *volatile nowhere) { *nowhere = 1; }

int main(void) {
  int i;
  for (i = 0; i < 200000; i++) fprintf(stderr, "line %d of what nobody wants to read\n", i);
  for (i = 0; i < 200000; i++) printf("line %d of what nobody wants to read\n", i);
  crash(NULL);
  return 0;
}
