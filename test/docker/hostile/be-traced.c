/* Makes the runner its tracer: then each of its signals stops it, and the runner hears of that. */
#include "hostile.h"

static int harm(void)
{
	ptrace(PTRACE_TRACEME, 0, 0, 0);
	raise(SIGSEGV);
	return 9;
}
