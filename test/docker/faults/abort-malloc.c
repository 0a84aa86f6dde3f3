/* SIGABRT (on musl another signal): malloc finds that a block is freed twice. */
#include <stdlib.h>

__attribute__((noipa)) static void release(void *volatile block) {
  free(block);
  free(block);
}

int main(void) {
  release(malloc(1000));
  return 0;
}
