/* Has itself interrupted every millisecond. */
#include "beside.h"
#include <sys/time.h>

static volatile int rung;

static void ring(int number)
{
	rung += number == SIGALRM;
}

static int harm(void)
{
	struct itimerval each = {.it_interval = {.tv_usec = 1000}, .it_value = {.tv_usec = 1000}};
	signal(SIGALRM, ring);
	setitimer(ITIMER_REAL, &each, NULL);
	while (rung < 3)
		sched_yield();
	return 5;
}
