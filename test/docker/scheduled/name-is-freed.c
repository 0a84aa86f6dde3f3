/* One thread takes a pointer twice, once to test it and once to use it; another sets it to null in between. Never seen to crash by itself. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct conf {
	char *volatile name;
};
static struct conf *volatile current;

static void *reader(void *unused)
{
	for (int i = 0; i < 100; i++) {
		struct conf *conf = current;
		if (conf != NULL && conf->name != NULL) {
			volatile size_t length = strlen(conf->name);
			(void)length;
		}
	}
	return unused;
}

static void *writer(void *unused)
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
	pthread_t one, two;
	pthread_create(&one, NULL, writer, NULL);
	pthread_create(&two, NULL, reader, NULL);
	pthread_join(one, NULL);
	pthread_join(two, NULL);
	return 0;
}
