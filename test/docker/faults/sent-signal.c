/* SIGTERM: a process sends it, here the program itself; no instruction is to blame. */
#include <signal.h>
#include <unistd.h>

int main(void) {
  kill(getpid(), SIGTERM);
  pause();
  return 0;
}
