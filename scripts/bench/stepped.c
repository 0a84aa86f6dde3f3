/* Two threads that compute, for schedules: each for so many turns as its one argument says. */
#include <pthread.h>
#include <stdlib.h>

static volatile unsigned sums[2][64];

static void compute(volatile unsigned *sum, long turns)
{
	for (long i = 0; i < turns; i++)
		*sum += (unsigned)i * 3;
}

static void *other(void *turns)
{
	compute(sums[1], *(long *)turns);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	long turns = argc > 1 ? atol(argv[1]) : 0;
	pthread_create(&thread, NULL, other, &turns);
	compute(sums[0], turns);
	pthread_join(thread, NULL);
	return 0;
}
