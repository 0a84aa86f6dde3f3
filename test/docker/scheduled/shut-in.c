/* Forbids others to look at it: what is mapped where, its memory. */
#include "beside.h"

static int harm(void)
{
	if (prctl(PR_SET_DUMPABLE, 0) != 0)
		return 7;
	for (int i = 0; i < 20; i++) {
		pthread_mutex_lock(&lock);
		counted++;
		pthread_mutex_unlock(&lock);
	}
	return 5;
}
