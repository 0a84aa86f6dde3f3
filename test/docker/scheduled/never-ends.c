/* A thread computes for ever; the first one ends the process. */
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
	while (turns == 0)
		;
	exit(5);
}
