/* A loop that does not end, and is mostly in functions that do. It blocks every signal that can be blocked. */
#include <signal.h>

static volatile unsigned sum;

__attribute__((noinline)) static void add(void) {
  for (volatile int i = 0; i < 1000; i++) sum += i;
}

__attribute__((noinline)) static void mix(void) {
  for (volatile int i = 0; i < 1000; i++) sum ^= i;
}

__attribute__((noinline)) static void rounds(void) {
  for (;;) {
    add();
    mix();
  }
}

int main(void) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, 0);
  rounds();
}
