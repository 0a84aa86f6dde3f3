/* Two locks, taken in two orders. */
#include <pthread.h>

static pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER, right = PTHREAD_MUTEX_INITIALIZER;
static volatile int moved;

static void *first(void *unused)
{
	pthread_mutex_lock(&left);
	pthread_mutex_lock(&right);
	moved++;
	pthread_mutex_unlock(&right);
	pthread_mutex_unlock(&left);
	return unused;
}

static void *second(void *unused)
{
	pthread_mutex_lock(&right);
	pthread_mutex_lock(&left);
	moved++;
	pthread_mutex_unlock(&left);
	pthread_mutex_unlock(&right);
	return unused;
}

int main(void)
{
	pthread_t one, two;
	pthread_create(&one, NULL, first, NULL);
	pthread_create(&two, NULL, second, NULL);
	pthread_join(one, NULL);
	pthread_join(two, NULL);
	return 0;
}
