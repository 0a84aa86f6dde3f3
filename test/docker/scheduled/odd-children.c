/* A child that is its parent's, and a process that shares its memory and is no thread. */
#include "beside.h"

static char stack[65536];
static volatile int seen;

static int share(void *unused)
{
	(void)unused;
	seen = 1;
	return 0;
}

static int harm(void)
{
	int status;
	long sibling = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
	if (sibling == 0)
		_exit(3);
	pid_t child = clone(share, stack + sizeof stack, CLONE_VM | CLONE_FILES | CLONE_FS, NULL);
	return waitpid(child, &status, __WALL) == child && seen && sibling > 0 ? 0 : 7;
}
