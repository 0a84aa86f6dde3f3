/* Exit 0: SIGSEGV handlers that jump back, and one that mends the page and returns. No crash. */
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>

static sigjmp_buf back;
static char *page;

static void jump_back(int unused) {
  (void)unused;
  siglongjmp(back, 1);
}

static void mend(int unused) {
  (void)unused;
  mprotect(page, 4096, PROT_READ | PROT_WRITE);
}

int main(void) {
  volatile int i;
  signal(SIGSEGV, jump_back);
  for (i = 0; i < 12; i++)
    if (sigsetjmp(back, 1) == 0) *(volatile int *)NULL = 1;
  page = mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  signal(SIGSEGV, mend);
  page[0] = 1;
  return 0;
}
