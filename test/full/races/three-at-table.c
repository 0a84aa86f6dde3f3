/* Deadlock of three: each holds one lock and waits for the next one's. */
#include <pthread.h>

static pthread_mutex_t forks[3] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static volatile int meals;

static void *dine(void *place)
{
	long at = (long)place;
	pthread_mutex_lock(&forks[at]);
	pthread_mutex_lock(&forks[(at + 1) % 3]);
	meals++;
	pthread_mutex_unlock(&forks[(at + 1) % 3]);
	pthread_mutex_unlock(&forks[at]);
	return place;
}

int main(void)
{
	pthread_t threads[3];
	for (long i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, dine, (void *)i);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
