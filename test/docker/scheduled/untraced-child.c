/* Asks for a child that nobody may trace. */
#include "beside.h"

static int harm(void)
{
	long child = syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, 0, 0, 0, 0);
	if (child == 0)
		_exit(3);
	waitpid((pid_t)child, NULL, 0);
	return 0;
}
