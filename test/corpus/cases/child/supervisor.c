/* A supervisor that starts a worker and reports how it went. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
struct job { struct job *next; int id; };
__attribute__((noinline)) static int sum_jobs(struct job *j) { int s = 0; for (int i = 0; i < 3; i++) { s += j->id; j = j->next; } return s; }
int main(void)
{
	struct job last = { NULL, 2 }, first = { &last, 1 };
	pid_t pid = fork();
	if (pid == 0) { printf("%d\n", sum_jobs(&first)); _exit(0); }
	int st; waitpid(pid, &st, 0);
	if (!WIFEXITED(st) || WEXITSTATUS(st)) { fprintf(stderr, "supervisor: worker failed\n"); return 1; }
	return 0;
}
