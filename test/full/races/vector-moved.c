/* A reader keeps the base of an array that the writer moves. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 64 * 1024, MANY = 4 * 1024 * 1024 };
static long *volatile base;
static volatile long sum;

static void *first(void *unused)
{
	long *mine = base;
	sum += mine[FEW - 1];
	return unused;
}

static void *second(void *unused)
{
	long *larger = malloc(MANY * sizeof *larger), *old = base;
	memcpy(larger, old, FEW * sizeof *larger);
	base = larger;
	free(old);
	return unused;
}

int main(void)
{
	pthread_t one, other;
	base = calloc(FEW, sizeof *base);
	base[FEW - 1] = 1;
	pthread_create(&one, NULL, first, NULL);
	pthread_create(&other, NULL, second, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	return 0;
}
