#include "hostile.h"

static int harm(void)
{
	for (;;)
		if (fork() < 0)
			sched_yield();
	return 9;
}
