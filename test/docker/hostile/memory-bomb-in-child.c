/* The kernel takes the child; the program itself ends well. Its end must not pass for an out-of-memory kill of the next. */
#include "hostile.h"

static int harm(void)
{
	int status;
	if (fork() == 0) {
		for (;;) {
			char *block = malloc(1 << 20);
			if (block != NULL)
				memset(block, 1, 1 << 20);
		}
	}
	wait(&status);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 0 : 9;
}
