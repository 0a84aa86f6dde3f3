/* SIGKILL: sent by the program to itself. */
#include <signal.h>
#include <unistd.h>

int main(void) {
  kill(getpid(), SIGKILL);
  return 0;
}
