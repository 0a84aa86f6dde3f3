/* SIGSEGV, or SIGABRT in another place: chance decides. */
#include <stddef.h>
#include <stdlib.h>
#include <sys/random.h>

__attribute__((noipa)) static void crash(int *volatile nowhere) { *nowhere = 1; }
__attribute__((noipa)) static void give_up(void) { abort(); }

int main(void) {
  unsigned char chance;
  if (getrandom(&chance, 1, 0) == 1 && chance < 128) crash(NULL);
  give_up();
  return 0;
}
