/* Lazy initialisation by pthread_once. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int *only;
static int *seen[2];

static void make(void)
{
	only = calloc(1, sizeof *only);
}

static void *use(void *place)
{
	pthread_once(&once, make);
	seen[(long)place] = only;
	return NULL;
}

int main(void)
{
	pthread_t one, other;
	pthread_create(&one, NULL, use, (void *)0);
	pthread_create(&other, NULL, use, (void *)1);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	assert(seen[0] != NULL && seen[0] == seen[1]);
	return 0;
}
