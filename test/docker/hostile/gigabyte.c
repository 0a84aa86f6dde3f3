#include "hostile.h"

static int harm(void)
{
	static char block[1 << 20];
	memset(block, 'x', sizeof block);
	for (int i = 0; i < 1024; i++)
		for (size_t done = 0; done < sizeof block;) {
			ssize_t wrote = write(1, block + done, sizeof block - done);
			if (wrote < 0)
				return 9;
			done += (size_t)wrote;
		}
	return 0;
}
