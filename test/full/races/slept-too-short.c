/* Order violation: a thread uses what its creator sets after it has created it; it only sleeps first, so that the creator has time. */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct worker {
	pthread_t thread;
	volatile int jobs;
};
static struct worker *volatile self;

static void *work(void *unused)
{
	usleep(50000);
	self->jobs++;
	return unused;
}

int main(void)
{
	struct worker *worker = calloc(1, sizeof *worker);
	pthread_create(&worker->thread, NULL, work, NULL);
	self = worker;
	pthread_join(worker->thread, NULL);
	return 0;
}
