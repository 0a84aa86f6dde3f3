/* A pair is read while it is written, with one instruction between the two reads: one half is new, the other old. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static volatile long pair[2];

static void *first(void *unused)
{
	pair[0] = 1;
	pair[1] = 1;
	return unused;
}

static void *second(void *unused)
{
	long left = pair[0], right = pair[1];
	assert(left == right);
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
