/* Starts a process after the other, without end. */
#include "beside.h"

static int harm(void)
{
	for (;;) {
		pid_t child = fork();
		if (child == 0)
			_exit(0);
		if (child > 0)
			waitpid(child, NULL, 0);
	}
}
