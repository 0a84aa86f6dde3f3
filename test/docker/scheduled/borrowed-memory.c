/* A child that has its parent's memory, by vfork, kills the parent that waits for it. */
#include "beside.h"

static int harm(void)
{
	if (vfork() == 0) {
		kill(getppid(), SIGKILL);
		_exit(0);
	}
	return 7;
}
