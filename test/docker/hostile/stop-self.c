#include "hostile.h"

static int harm(void)
{
	raise(SIGSTOP);
	return 9;
}
