/* Use after free: a session is looked up, and closed by another thread before its handler is called. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct session {
	long id;
	void (*handle)(long);
};
static struct session *volatile open_session;
static volatile long handled;

static void handle(long id)
{
	handled += id;
}

static void *first(void *unused)
{
	struct session *session = open_session;
	if (session != NULL)
		session->handle(session->id);
	return unused;
}

static void *second(void *unused)
{
	struct session *session = open_session;
	open_session = NULL;
	free(session);
	/* The allocator has other uses for it. */
	memset(malloc(sizeof *session), 0x5a, sizeof *session);
	return unused;
}

int main(void)
{
	pthread_t one, other;
	open_session = malloc(sizeof *open_session);
	open_session->id = 1;
	open_session->handle = handle;
	pthread_create(&one, NULL, first, NULL);
	pthread_create(&other, NULL, second, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	return 0;
}
