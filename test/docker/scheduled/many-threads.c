/* More threads at a time than the scheduler keeps apart. */
#include "beside.h"

static void *sleeper(void *unused)
{
	pause();
	return unused;
}

static int harm(void)
{
	pthread_attr_t small;
	pthread_t thread;
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 16384);
	for (int i = 0; i < 700; i++)
		pthread_create(&thread, &small, sleeper, NULL);
	exit(0);
}
