/* A pair under a lock for readers and writers. */
#include <assert.h>
#include <pthread.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static long pair[2];

static void *write_both(void *unused)
{
	pthread_rwlock_wrlock(&lock);
	pair[0]++;
	pair[1]++;
	pthread_rwlock_unlock(&lock);
	return unused;
}

static void *read_both(void *unused)
{
	pthread_rwlock_rdlock(&lock);
	assert(pair[0] == pair[1]);
	pthread_rwlock_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t writer, one, other;
	pthread_create(&writer, NULL, write_both, NULL);
	pthread_create(&one, NULL, read_both, NULL);
	pthread_create(&other, NULL, read_both, NULL);
	pthread_join(writer, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	return 0;
}
