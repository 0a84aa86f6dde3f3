#include "hostile.h"

static int harm(void)
{
	for (;;) {
		char *block = malloc(1 << 20);
		if (block != NULL)
			memset(block, 1, 1 << 20);
	}
	return 9;
}
