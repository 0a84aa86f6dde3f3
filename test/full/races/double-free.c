/* Double free: two threads see a buffer that is to be released. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static char *volatile buffer;

static void *first(void *unused)
{
	if (buffer != NULL) {
		free(buffer);
		buffer = NULL;
	}
	return unused;
}

static void *second(void *unused)
{
	if (buffer != NULL) {
		free(buffer);
		buffer = NULL;
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
