#include <stdio.h>
#include <string.h>
#include <zlib.h>
#include "queue.h"

int main(void)
{
	static const char text[] = "one block of text that packs well, well, well, well";
	unsigned char packed[128], plain[128];
	uLongf packed_length = sizeof packed, length = sizeof plain;
	struct block *queue = NULL;
	if (compress(packed, &packed_length, (const Bytef *)text, sizeof text) != Z_OK ||
	    uncompress(plain, &length, packed, packed_length) != Z_OK)
		return 1;
	for (uLongf at = 0; at < length; at += 20)
		queue = push(queue, plain + at, length - at < 20 ? length - at : 20);
	printf("%lu bytes, packed %lu\n", length, packed_length);
	drop(queue);
	return 0;
}
