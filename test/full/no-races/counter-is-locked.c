/* A counter under a lock. */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int count;

static void *add(void *unused)
{
	for (int i = 0; i < 3; i++) {
		pthread_mutex_lock(&lock);
		count++;
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

int main(void)
{
	pthread_t one, other;
	pthread_create(&one, NULL, add, NULL);
	pthread_create(&other, NULL, add, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	assert(count == 6);
	return 0;
}
