/* A signal's handler walks a list while the thread that it interrupts has linked a node and not yet filled it. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct node {
	struct node *next;
	const char *volatile name;
};
static struct node *volatile list;
static volatile size_t total;

static void walk(int signal)
{
	(void)signal;
	for (struct node *node = list; node != NULL; node = node->next)
		total += strlen(node->name);
}

static void *poke(void *first)
{
	pthread_kill(*(pthread_t *)first, SIGUSR1);
	return NULL;
}

int main(void)
{
	pthread_t thread, self = pthread_self();
	signal(SIGUSR1, walk);
	pthread_create(&thread, NULL, poke, &self);
	for (int i = 0; i < 2; i++) {
		struct node *node = calloc(1, sizeof *node);
		node->next = list;
		list = node;
		node->name = "a node";
	}
	pthread_join(thread, NULL);
	return 0;
}
