/* The first thread ends; the process lives on in another until its time is over. */
#include "hostile.h"

static int sleeper(void *unused)
{
	(void)unused;
	for (;;)
		syscall(SYS_pause);
	return 0;
}

static int harm(void)
{
	static char stack[65536] __attribute__((aligned(16)));
	if (clone(sleeper, stack + sizeof stack, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_FILES | CLONE_FS, NULL) < 0)
		return 9;
	syscall(SYS_exit, 0);
	return 9;
}
