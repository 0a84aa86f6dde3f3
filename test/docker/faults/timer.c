/* SIGSEGV after a hundred SIGALRM that have a handler. */
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>

static volatile sig_atomic_t ticks;

static void tick(int unused) {
  (void)unused;
  ticks++;
}

__attribute__((noipa)) static void crash(int *volatile nowhere) { *nowhere = 1; }

int main(void) {
  struct itimerval every = {{0, 1000}, {0, 1000}};
  signal(SIGALRM, tick);
  setitimer(ITIMER_REAL, &every, NULL);
  while (ticks < 100) {
  }
  crash(NULL);
  return 0;
}
