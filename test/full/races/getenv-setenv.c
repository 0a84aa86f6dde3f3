/* getenv reads the list that setenv in another thread has moved. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static volatile size_t found;

static void *first(void *unused)
{
	for (int i = 0; i < 5; i++)
		if (getenv("LAST") != NULL)
			found++;
	return unused;
}

static void *second(void *unused)
{
	char name[] = "N0";
	for (int i = 0; i < 8; i++) {
		name[1] = (char)('0' + i);
		setenv(name, "value", 1);
		memset(malloc(8 * (size_t)(i + 10)), 0x5a, 8 * (size_t)(i + 10));
	}
	return unused;
}

int main(void)
{
	pthread_t one, other;
	setenv("FIRST", "1", 1);
	setenv("LAST", "1", 1);
	pthread_create(&one, NULL, first, NULL);
	pthread_create(&other, NULL, second, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	return 0;
}
