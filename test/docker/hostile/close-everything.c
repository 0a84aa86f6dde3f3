#include "hostile.h"

static int harm(void)
{
	for (int descriptor = 0; descriptor < 1024; descriptor++)
		close(descriptor);
	usleep(20000);
	return 5;
}
