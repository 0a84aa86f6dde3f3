/* A thread sends the first one, which waits, a signal that it has no handler for. */
#include "beside.h"

static void *end(void *first)
{
	pthread_kill(*(pthread_t *)first, SIGSEGV);
	return first;
}

static int harm(void)
{
	pthread_t thread, self = pthread_self();
	pthread_create(&thread, NULL, end, &self);
	while (pause() < 0)
		;
	return 7;
}
