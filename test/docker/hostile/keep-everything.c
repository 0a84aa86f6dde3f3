/* Takes every descriptor there is, and leaves its pipes changed in all ways that outlive a process. */
#include "hostile.h"

static int harm(void)
{
	while (dup(1) >= 0)
		;
	for (int stream = 0; stream <= 2; stream++) {
		fcntl(stream, F_SETFL, O_NONBLOCK | O_APPEND | O_ASYNC | O_DIRECT);
		fcntl(stream, F_SETOWN, 1);
		fcntl(stream, F_SETPIPE_SZ, 4096);
		flock(stream, LOCK_EX);
		fchmod(stream, 0);
	}
	return 5;
}
