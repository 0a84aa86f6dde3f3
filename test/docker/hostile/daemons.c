/* Leaves daemons of their own sessions that ignore what they can, hold the pipes open, write, and make files. */
#include "hostile.h"

static int harm(void)
{
	for (int i = 0; i < 8; i++) {
		if (fork() != 0)
			continue;
		setsid();
		if (fork() != 0)
			_exit(0);
		for (int number = 1; number < NSIG; number++)
			signal(number, SIG_IGN);
		for (int turn = 0;; turn++) {
			char path[64];
			snprintf(path, sizeof path, "/tmp/daemon-%d-%d", getpid(), turn % 100);
			close(open(path, O_CREAT | O_WRONLY, 0));
			if (write(1, "still here\n", 11) < 0)
				sched_yield();
		}
	}
	return 5;
}
