/* The kernel lets processes of one user lower each other's limits. */
#include "hostile.h"

static int harm(void)
{
	struct rlimit limit = {.rlim_cur = 12, .rlim_max = 12};
	return prlimit(1, RLIMIT_NOFILE, &limit, NULL) < 0 ? 9 : 0;
}
