/* Time of check to time of use on a pointer: the name is set to null between the test and strlen. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct conf {
	char *volatile name;
};
static struct conf *volatile current;
static volatile size_t total;

static void *first(void *unused)
{
	for (int i = 0; i < 100; i++) {
		struct conf *conf = current;
		if (conf != NULL && conf->name != NULL)
			total += strlen(conf->name);
	}
	return unused;
}

static void *second(void *unused)
{
	for (int i = 0; i < 10; i++) {
		struct conf *fresh = malloc(sizeof *fresh), *old = current;
		fresh->name = strdup("abc");
		current = fresh;
		if (old != NULL) {
			char *name = old->name;
			old->name = NULL;
			free(name);
		}
	}
	return unused;
}

int main(void)
{
	pthread_t one, other;
	pthread_create(&one, NULL, first, NULL);
	pthread_create(&other, NULL, second, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	return 0;
}
