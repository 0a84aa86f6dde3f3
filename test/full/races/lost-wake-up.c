/* Lost wake-up: the flag is tested before the lock is taken, so that the signal may come before anybody waits. */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ready = PTHREAD_COND_INITIALIZER;
static volatile int is_ready;

static void *wait_for_it(void *unused)
{
	if (!is_ready) {
		pthread_mutex_lock(&lock);
		pthread_cond_wait(&ready, &lock);
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

static void *announce(void *unused)
{
	is_ready = 1;
	pthread_mutex_lock(&lock);
	pthread_cond_signal(&ready);
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t waiter, other;
	pthread_create(&waiter, NULL, wait_for_it, NULL);
	pthread_create(&other, NULL, announce, NULL);
	pthread_join(other, NULL);
	pthread_join(waiter, NULL);
	return 0;
}
