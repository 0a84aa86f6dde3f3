/* A thread that is not the first becomes another program, while others wait and run. */
#include "beside.h"

static void *become(void *unused)
{
	execl("/proc/self/exe", "again", NULL);
	return unused;
}

static int harm(void)
{
	if (is_again())
		return 42;
	pthread_t thread;
	pthread_create(&thread, NULL, become, NULL);
	for (;;)
		pause();
}
