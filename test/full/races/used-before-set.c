/* Order violation: a thread uses what its creator sets just after it has created it. */
#include <pthread.h>
#include <stdlib.h>

struct worker {
	pthread_t thread;
	volatile int jobs;
};
static struct worker *volatile self;

static void *work(void *unused)
{
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
