/* A signal's handler walks a list while the thread that it interrupts has linked a node and not yet filled it. Who sends the signal ends with that. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

struct node {
	struct node *next;
	const char *volatile name;
};
static struct node *volatile list;
static volatile int sum;

static void walk(int signal)
{
	(void)signal;
	for (struct node *node = list; node != NULL; node = node->next)
		sum += *node->name;
}

static void *poke(void *unused)
{
	syscall(SYS_tgkill, getpid(), getpid(), SIGUSR1);
	syscall(SYS_exit, 0);
	return unused;
}

int main(void)
{
	pthread_t thread;
	signal(SIGUSR1, walk);
	pthread_create(&thread, NULL, poke, NULL);
	for (int i = 0; i < 2; i++) {
		struct node *node = calloc(1, sizeof *node);
		node->next = list;
		list = node;
		node->name = "a node";
	}
	usleep(1000);
	return 0;
}
