/* Exit 3 of its own accord, after a SIGSEGV that its handler survived: no crash either. */
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>

static sigjmp_buf back;

static void jump_back(int unused) {
  (void)unused;
  siglongjmp(back, 1);
}

int main(void) {
  signal(SIGSEGV, jump_back);
  if (sigsetjmp(back, 1) == 0) *(volatile int *)NULL = 1;
  return 3;
}
