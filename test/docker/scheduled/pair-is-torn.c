/* A pair is read while it is written: there is one instruction between the two reads. */
#include <assert.h>
#include <pthread.h>

static volatile long pair[2];

static void *set(void *unused)
{
	pair[0] = 1;
	pair[1] = 1;
	return unused;
}

static void *compare(void *unused)
{
	long left = pair[0], right = pair[1];
	assert(left == right);
	return unused;
}

int main(void)
{
	pthread_t one, other;
	pthread_create(&one, NULL, set, NULL);
	pthread_create(&other, NULL, compare, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	return 0;
}
