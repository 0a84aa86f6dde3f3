/* The first thread ends before all others, one of which ends the process. */
#include "beside.h"

static void *end(void *unused)
{
	for (int i = 0; i < 3; i++)
		sched_yield();
	exit(5);
	return unused;
}

static int harm(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, end, NULL);
	return (int)syscall(SYS_exit, 0);
}
