/* A thousand orphans, one after the other, under a limit of 64 processes: process 1 has to reap them while the program runs. */
#include "hostile.h"

static int harm(void)
{
	for (int i = 0; i < 1000; i++) {
		pid_t child = fork();
		if (child < 0)
			return 9;
		if (child == 0) {
			if (fork() < 0)
				_exit(1);
			_exit(0);
		}
		int status;
		waitpid(child, &status, 0);
		if (status != 0) {
			/* The reaper may be a few behind. */
			usleep(1000);
		}
	}
	return 0;
}
