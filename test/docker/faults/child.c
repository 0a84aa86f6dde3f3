/* SIGSEGV in a forked child; the parent says so in its exit status. */
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

__attribute__((noipa)) static int crash(int *volatile nowhere) { return *nowhere; }

int main(void) {
  int status;
  pid_t child = fork();
  if (child == 0) return crash(NULL);
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : 0;
}
