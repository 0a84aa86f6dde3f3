/* SIGSEGV in about one run of two hundred: in which one, chance decides. */
#include <stddef.h>
#include <sys/random.h>

__attribute__((noipa)) static void crash(int *volatile nowhere) { *nowhere = 1; }

int main(void) {
  unsigned short chance;
  if (getrandom(&chance, sizeof chance, 0) == sizeof chance && chance < 328) crash(NULL);
  return 0;
}
