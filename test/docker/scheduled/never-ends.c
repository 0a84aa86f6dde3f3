/* A thread computes for ever; the first one ends the process. */
#include "beside.h"

static int harm(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, compute_for_ever, NULL);
	while (turns == 0)
		;
	exit(5);
}
