/* A thread that libc knows nothing of, with no storage of its own and no end that anybody is told of. */
#include "beside.h"

static char stack[65536] __attribute__((aligned(16)));
static volatile int done;

static int work(void *unused)
{
	(void)unused;
	done = 1;
	syscall(SYS_exit, 0);
	return 0;
}

static int harm(void)
{
	int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
	if (clone(work, stack + sizeof stack, flags, NULL) < 0)
		return 7;
	while (!done)
		sched_yield();
	return 5;
}
