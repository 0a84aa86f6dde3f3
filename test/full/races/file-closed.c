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
	memset(malloc(552), 0x5a, 552);
	memset(malloc(4096), 0x5a, 4096);
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
