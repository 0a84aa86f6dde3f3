/* Every process starts others, without end. */
#include "beside.h"

static int harm(void)
{
	while (fork() >= 0 || sched_yield() == 0)
		;
	return 7;
}
