/* An unlocked counter: two increments become one. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static volatile int count;

static void *first(void *unused)
{
	count++;
	return unused;
}

static void *second(void *unused)
{
	count++;
	return unused;
}

int main(void)
{
	pthread_t one, other;
	pthread_create(&one, NULL, first, NULL);
	pthread_create(&other, NULL, second, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	assert(count == 2);
	return 0;
}
