/* Waits for a thread that never ends. */
#include "beside.h"

static int harm(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, compute_for_ever, NULL);
	return pthread_join(thread, NULL);
}
