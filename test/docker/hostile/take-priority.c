#include "hostile.h"

static int harm(void)
{
	return setpriority(PRIO_PROCESS, 1, 19) < 0 ? 9 : 0;
}
