/* Exit 7 out of a SIGSEGV handler: a crash, though no signal ends the process. */
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static void give_up(int unused) {
  (void)unused;
  _exit(7);
}

__attribute__((noipa)) static void crash(int *volatile nowhere) { *nowhere = 1; }

int main(void) {
  signal(SIGSEGV, give_up);
  crash(NULL);
  return 0;
}
