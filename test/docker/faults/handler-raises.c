/* SIGSEGV: a handler restores the default action and raises the signal again. The crash is the first one. */
#include <signal.h>
#include <stddef.h>

static void raise_again(int number) {
  signal(number, SIG_DFL);
  raise(number);
}

__attribute__((noipa)) static void crash(int *volatile nowhere) { *nowhere = 1; }

int main(void) {
  struct sigaction action = {.sa_handler = raise_again, .sa_flags = SA_NODEFER};
  sigaction(SIGSEGV, &action, NULL);
  crash(NULL);
  return 0;
}
