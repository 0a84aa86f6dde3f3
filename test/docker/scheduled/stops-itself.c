/* Stops, and nobody will let it go on. */
#include "beside.h"

static int harm(void)
{
	return raise(SIGSTOP);
}
