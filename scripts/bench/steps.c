/*
 * What the scheduler is measured against: the least that can run a program by single steps, a loop of ptrace and waitpid that looks at nothing.
 *
 * steps COUNT PROGRAM [ARGUMENT]...: makes so many steps from the program's start, and prints the nanoseconds that they took.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "now.h"

int main(int argc, char **argv)
{
	int status;
	if (argc < 3)
		return 2;
	pid_t pid = fork();
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, 0, 0) == 0)
			execv(argv[2], argv + 2);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		return 1;
	ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_EXITKILL);
	long long began = now();
	for (long left = atol(argv[1]); left > 0; left--)
		if (ptrace(PTRACE_SINGLESTEP, pid, 0, 0) < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
			return 1;
	printf("%lld\n", now() - began);
	kill(pid, SIGKILL);
	return 0;
}
