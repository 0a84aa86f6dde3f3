/* A thread waits by spinning for what another one does. */
#include <pthread.h>

static volatile int set;

static void *spin(void *unused)
{
	while (!set)
		;
	return unused;
}

static void *do_it(void *unused)
{
	set = 1;
	return unused;
}

int main(void)
{
	pthread_t one, two;
	pthread_create(&one, NULL, spin, NULL);
	pthread_create(&two, NULL, do_it, NULL);
	pthread_join(one, NULL);
	pthread_join(two, NULL);
	return 0;
}
