/* 64 MiB of lines on one stream, of one line on the other: terminal sequences, NULs, no end of line. */
#include "hostile.h"

static int harm(void)
{
	static char lines[65536], line[65536];
	static const char piece[] = "\033]0;title\007\033[2J\033[31m<script>|![x](y)\n";
	for (size_t i = 0; i < sizeof lines; i++)
		lines[i] = piece[i % (sizeof piece - 1)];
	for (int i = 0; i < 1024; i++)
		if (write(1, lines, sizeof lines) != sizeof lines || write(2, line, sizeof line) != sizeof line)
			return 9;
	return 0;
}
