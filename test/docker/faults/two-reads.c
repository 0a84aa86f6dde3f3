/* SIGSEGV in one of two places: chance decides, and the wait status is the same. */
#include <stddef.h>
#include <sys/random.h>

__attribute__((noipa)) static int left(int *volatile nowhere) { return *nowhere; }
__attribute__((noipa)) static int right(int *volatile nowhere) { return *nowhere; }

int main(void) {
  unsigned char chance = 0;
  if (getrandom(&chance, 1, 0) == 1 && chance < 128) return left(NULL);
  return right(NULL);
}
