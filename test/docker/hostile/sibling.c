/* A child of the runner that the runner did not make. */
#include "hostile.h"

static int sleeper(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return 0;
}

static int harm(void)
{
	static char stack[65536] __attribute__((aligned(16)));
	return clone(sleeper, stack + sizeof stack, CLONE_PARENT | SIGCHLD, NULL) < 0 ? 9 : 6;
}
