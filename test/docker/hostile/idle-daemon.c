/* Holds both pipes open and does nothing. */
#include "hostile.h"

static int harm(void)
{
	if (fork() == 0) {
		setsid();
		signal(SIGTERM, SIG_IGN);
		for (;;)
			pause();
	}
	return 5;
}
