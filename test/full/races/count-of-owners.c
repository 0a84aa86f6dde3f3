/* A count of owners that is no atomic: nobody, or two, see it come to zero. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct shared {
	volatile int owners;
};
static struct shared *object;
static volatile int released;

static void drop(struct shared *shared)
{
	if (--shared->owners == 0)
		released++;
}

static void *first(void *unused)
{
	drop(object);
	return unused;
}

static void *second(void *unused)
{
	drop(object);
	return unused;
}

int main(void)
{
	pthread_t one, other;
	object = malloc(sizeof *object);
	object->owners = 2;
	pthread_create(&one, NULL, first, NULL);
	pthread_create(&other, NULL, second, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	assert(released == 1);
	return 0;
}
