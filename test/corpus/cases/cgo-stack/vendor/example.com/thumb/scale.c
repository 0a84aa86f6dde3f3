#include <string.h>
#include "scale.h"

/* Halves a picture until a pixel is left, with a row of each size on the stack: more than a thread of musl has by default. */
static long halve(unsigned char *row, int level)
{
	unsigned char half[4096];
	memset(half, row[level], sizeof half);
	return level == 0 ? half[1] : halve(half, level - 1) + half[level];
}

int mean(int seed)
{
	unsigned char row[4096];
	memset(row, seed, sizeof row);
	return (int)(halve(row, 100) / 101);
}
