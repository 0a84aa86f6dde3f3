/* A consumer that looks again whenever it is woken. */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int items;

static void *consume(void *unused)
{
	pthread_mutex_lock(&lock);
	while (items == 0)
		pthread_cond_wait(&filled, &lock);
	assert(items > 0);
	items--;
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t one, other;
	pthread_create(&one, NULL, consume, NULL);
	pthread_create(&other, NULL, consume, NULL);
	for (int i = 0; i < 2; i++) {
		pthread_mutex_lock(&lock);
		items++;
		pthread_cond_signal(&filled);
		pthread_mutex_unlock(&lock);
	}
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	assert(items == 0);
	return 0;
}
