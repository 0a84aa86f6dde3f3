/* SIGABRT: an assertion fails. */
#undef NDEBUG
#include <assert.h>

__attribute__((noipa)) static void check(int cells) { assert(cells == 8 && "every cell is filled"); }

int main(void) {
  check(7);
  return 0;
}
