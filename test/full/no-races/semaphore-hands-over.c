/* A plain variable is handed over by a semaphore. */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

static sem_t full;
static long value;

static void *give(void *unused)
{
	value = 42;
	sem_post(&full);
	return unused;
}

int main(void)
{
	pthread_t giver;
	sem_init(&full, 0, 0);
	pthread_create(&giver, NULL, give, NULL);
	sem_wait(&full);
	assert(value == 42);
	pthread_join(giver, NULL);
	return 0;
}
