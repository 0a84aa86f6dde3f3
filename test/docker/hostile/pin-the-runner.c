#include "hostile.h"

static int harm(void)
{
	cpu_set_t cpus;
	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	return sched_setaffinity(1, sizeof cpus, &cpus) < 0 ? 9 : 0;
}
