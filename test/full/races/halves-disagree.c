/* Atomicity violation: two fields that belong together are written under two locks. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int length, capacity = 1;

static void *first(void *unused)
{
	pthread_mutex_lock(&lock);
	length = 8;
	pthread_mutex_unlock(&lock);
	pthread_mutex_lock(&lock);
	capacity = 8;
	pthread_mutex_unlock(&lock);
	return unused;
}

static void *second(void *unused)
{
	pthread_mutex_lock(&lock);
	assert(length <= capacity);
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t one, other;
	pthread_create(&one, NULL, first, NULL);
	pthread_create(&other, NULL, second, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	return 0;
}
