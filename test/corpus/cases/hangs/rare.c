/* A ledger and its audit trail, locked in the other order in one start of twenty. */
#include <pthread.h>
#include <sys/random.h>

static pthread_mutex_t ledger = PTHREAD_MUTEX_INITIALIZER, audit = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t both;

static void *writer(void *arg)
{
	pthread_mutex_lock(&ledger);
	pthread_barrier_wait(&both);
	pthread_mutex_lock(&audit);
	return arg;
}

int main(void)
{
	unsigned char drawn;
	pthread_t thread;
	if (getrandom(&drawn, 1, 0) != 1 || drawn % 20 != 0)
		return 0;
	pthread_barrier_init(&both, 0, 2);
	pthread_create(&thread, 0, writer, 0);
	pthread_mutex_lock(&audit);
	pthread_barrier_wait(&both);
	pthread_mutex_lock(&ledger);
	return 0;
}
