/* Double free: two threads take the same buffer, each to release it. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static char *volatile buffer;

static void *first(void *unused)
{
	char *taken = buffer;
	if (taken != NULL) {
		buffer = NULL;
		free(taken);
	}
	return unused;
}

static void *second(void *unused)
{
	char *taken = buffer;
	if (taken != NULL) {
		buffer = NULL;
		free(taken);
	}
	return unused;
}

int main(void)
{
	pthread_t one, other;
	buffer = malloc(3000);
	char *volatile guard = malloc(3000);
	pthread_create(&one, NULL, first, NULL);
	pthread_create(&other, NULL, second, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	free(guard);
	return 0;
}
