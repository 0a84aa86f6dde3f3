/*
 * What the runner is measured against: the least that can make attempts, a loop of posix_spawn and waitpid with nothing captured, limited, cleaned
 * or reported.
 *
 * bare COUNT PROGRAM: prints the nanoseconds that COUNT attempts took.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "now.h"

int main(int count, char **arguments)
{
	if (count != 3)
		return 2;
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	for (int stream = 0; stream <= 2; stream++)
		posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0);
	/* No core files, as for attempts. */
	const struct rlimit none = {0, 0};
	setrlimit(RLIMIT_CORE, &none);
	const long attempts = atol(arguments[1]);
	const long long start = now();
	for (long i = 0; i < attempts; i++) {
		pid_t pid;
		int status;
		if (posix_spawn(&pid, arguments[2], &actions, NULL, arguments + 2, NULL) != 0)
			return 1;
		if (waitpid(pid, &status, 0) != pid)
			return 1;
	}
	printf("%lld\n", now() - start);
	return 0;
}
