/* SIGABRT: free() finds what the program freed already. */
#include <stdlib.h>

__attribute__((noipa)) static void release(void *cell) { free(cell); }

int main(void) {
  void *cell = malloc(64);
  release(cell);
  release(cell);
  return 0;
}
