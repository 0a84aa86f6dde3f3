/* SIGSEGV in about one run of four: in which one, chance decides. */
#include <stddef.h>
#include <sys/random.h>

__attribute__((noipa)) static void crash(int *volatile nowhere) { *nowhere = 1; }

int main(void) {
  unsigned char chance;
  if (getrandom(&chance, 1, 0) == 1 && chance < 64) crash(NULL);
  return 0;
}
