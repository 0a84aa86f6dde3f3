/* Blocks all signals, and ignores the one that a step ends in. */
#include "beside.h"

static int harm(void)
{
	sigset_t all;
	signal(SIGTRAP, SIG_IGN);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
	count(NULL);
	pthread_sigmask(SIG_UNBLOCK, &all, NULL);
	return raise(SIGTRAP);
}
