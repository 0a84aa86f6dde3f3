/* exit() runs handlers that take away what another thread still uses. */
#include <pthread.h>
#include <stdlib.h>

struct log {
	volatile long lines;
};
static struct log *volatile journal;

static void close_journal(void)
{
	journal = NULL;
}

static void *work(void *unused)
{
	for (int i = 0; i < 20; i++)
		if (journal != NULL)
			journal->lines++;
	return unused;
}

int main(void)
{
	pthread_t worker;
	journal = calloc(1, sizeof *journal);
	atexit(close_journal);
	pthread_create(&worker, NULL, work, NULL);
	pthread_detach(worker);
	exit(0);
}
