/* Lazy initialisation without a lock: two threads make the only one. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct registry {
	int entries;
};
static struct registry *volatile only;

static struct registry *registry(void)
{
	struct registry *fresh = calloc(1, sizeof *fresh);
	if (only == NULL)
		only = fresh;
	return only;
}
static struct registry *seen[2];

static void *first(void *unused)
{
	seen[0] = registry();
	return unused;
}

static void *second(void *unused)
{
	seen[1] = registry();
	return unused;
}

int main(void)
{
	pthread_t one, other;
	pthread_create(&one, NULL, first, NULL);
	pthread_create(&other, NULL, second, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	assert(seen[0] == seen[1]);
	return 0;
}
