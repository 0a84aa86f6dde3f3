/* Kills whoever watches it. */
#include <signal.h>
#include <unistd.h>

int main(void) {
  kill(getppid(), SIGKILL);
  sleep(1);
  return 0;
}
