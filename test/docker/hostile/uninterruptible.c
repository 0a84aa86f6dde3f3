/* A parent of vfork waits where most signals do not reach it. */
#include "hostile.h"

static int harm(void)
{
	if (vfork() == 0)
		for (;;)
			pause();
	return 9;
}
