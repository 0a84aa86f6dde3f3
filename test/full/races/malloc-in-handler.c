/* A signal handler calls malloc, and may interrupt the very thread that holds the allocator's lock. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

static void handler(int signal)
{
	(void)signal;
	free(malloc(5000));
}

static void *notify(void *target)
{
	pthread_kill(*(pthread_t *)target, SIGUSR1);
	return NULL;
}

int main(void)
{
	pthread_t self = pthread_self(), other;
	signal(SIGUSR1, handler);
	pthread_create(&other, NULL, notify, &self);
	void *block = malloc(5000);
	pthread_join(other, NULL);
	free(block);
	return 0;
}
