/* Reads the payload of a command. */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"

/* What is left of it. Taking more than that sets `bad` and yields 0 or "". */
struct payload {
	unsigned char *at;
	size_t left;
	int bad;
};

static unsigned char *take(struct payload *from, size_t length)
{
	if (from->bad || from->left < length) {
		from->bad = 1;
		return NULL;
	}
	unsigned char *at = from->at;
	from->at += length;
	from->left -= length;
	return at;
}

static uint32_t take32(struct payload *from)
{
	const unsigned char *at = take(from, 4);
	return at ? get32(at) : 0;
}

static uint64_t take64(struct payload *from)
{
	const unsigned char *at = take(from, 8);
	return at ? get64(at) : 0;
}

/* A string: its length, its bytes, and a NUL that is not counted, so that it can be used where it lies. */
static char *take_string(struct payload *from)
{
	static char empty[] = "";
	uint32_t length = take32(from);
	char *at = (char *)take(from, (size_t)length + 1);
	if (at == NULL || memchr(at, 0, (size_t)length + 1) != at + length) {
		from->bad = 1;
		return empty;
	}
	return at;
}

/* A list of strings, as execve wants it: ended by a null pointer. */
static char **take_strings(struct payload *from)
{
	uint32_t count = take32(from);
	if (from->bad || count > from->left / 5 + 1) {
		from->bad = 1;
		count = 0;
	}
	char **list = calloc((size_t)count + 1, sizeof *list);
	if (list == NULL) {
		from->bad = 1;
		return NULL;
	}
	for (uint32_t i = 0; i < count; i++)
		list[i] = take_string(from);
	return list;
}

#endif
