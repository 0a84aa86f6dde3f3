/* Ends by a signal that nobody can see coming. */
#include "beside.h"

static int harm(void)
{
	return kill(getpid(), SIGKILL);
}
