/* Waits for a thread that never ends. */
#include "beside.h"

static volatile unsigned long turns;

static void *compute(void *unused)
{
	for (;;)
		turns++;
	return unused;
}

static int harm(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, compute, NULL);
	return pthread_join(thread, NULL);
}
