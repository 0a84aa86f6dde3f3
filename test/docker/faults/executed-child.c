/* SIGABRT in a child that executes this program anew. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int status;
  if (argc > 1) abort();
  pid_t child = vfork();
  if (child == 0) {
    execl(argv[0], argv[0], "child", (char *)0);
    _exit(127);
  }
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 1 : 0;
}
