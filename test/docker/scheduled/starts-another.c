/* Starts another program by vfork, and waits for it. */
#include "beside.h"

static int harm(void)
{
	int status;
	if (is_again())
		return 42;
	pid_t child = vfork();
	if (child == 0) {
		execl("/proc/self/exe", "again", NULL);
		_exit(1);
	}
	return waitpid(child, &status, 0) == child ? WEXITSTATUS(status) : 7;
}
