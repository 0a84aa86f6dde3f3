#include "hostile.h"

static int harm(void)
{
	char path[64];
	for (int i = 0; i < 1000000; i++) {
		snprintf(path, sizeof path, "/tmp/%d", i);
		if ((i % 3 ? mkdir(path, 0) : mknod(path, S_IFIFO, 0)) < 0)
			return i > 10000 ? 0 : 9;
	}
	return 8;
}
