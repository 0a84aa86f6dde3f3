/* One thread writes to a stream that another closes. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>

static FILE *volatile stream;

static void *first(void *unused)
{
	FILE *file = stream;
	if (file != NULL)
		fputs("a line", file);
	return unused;
}

static void *second(void *unused)
{
	FILE *file = stream;
	stream = NULL;
	fclose(file);
	/* The allocator has other uses for it; how large it is differs between libcs. */
	for (size_t size = 200; size <= 1200; size += 8)
		memset(malloc(size), 0x5a, size);
	return unused;
}

int main(void)
{
	pthread_t one, other;
	stream = fopen("/dev/null", "w");
	pthread_create(&one, NULL, first, NULL);
	pthread_create(&other, NULL, second, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	return 0;
}
