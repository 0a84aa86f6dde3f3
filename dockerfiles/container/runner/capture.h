/* One stream of an attempt: the pipe that it comes through, its first and last bytes, and how many there were. */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct capture {
	int read_end, write_end;
	/* A terminal, which gives what it holds a part at a time. */
	int terminal;
	/* What comes now is read, and is none of it. */
	int sealed;
	unsigned char *head, *ring;
	size_t head_size, ring_size;
	/* Bytes in head; place in the ring that the next byte goes to. */
	size_t head_used, ring_at;
	uint64_t total;
};

static unsigned char capture_chunk[65536];

static int capture_prepare(struct capture *c, size_t head_size, size_t tail_size)
{
	c->head_size = head_size;
	c->ring_size = tail_size;
	c->head = malloc(head_size + 1);
	c->ring = malloc(tail_size + 1);
	return c->head != NULL && c->ring != NULL;
}

/*
 * A fresh pipe for every attempt: what one did to its pipe (O_NONBLOCK, a lock, its mode, its size) must not meet the next.
 * Only the runner's end does not block. The runner holds the other end too, so that it is not woken when the attempt lets go of it.
 */
static int capture_open(struct capture *c)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	c->read_end = ends[0];
	c->write_end = ends[1];
	c->terminal = c->sealed = 0;
	c->head_used = c->ring_at = 0;
	c->total = 0;
	return fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

static void capture_add(struct capture *c, const unsigned char *data, size_t length)
{
	if (c->sealed)
		return;
	c->total += length;
	if (c->head_used < c->head_size) {
		size_t room = c->head_size - c->head_used;
		size_t part = length < room ? length : room;
		memcpy(c->head + c->head_used, data, part);
		c->head_used += part;
		data += part;
		length -= part;
	}
	if (length > c->ring_size) {
		data += length - c->ring_size;
		length = c->ring_size;
	}
	while (length > 0) {
		size_t room = c->ring_size - c->ring_at;
		size_t part = length < room ? length : room;
		memcpy(c->ring + c->ring_at, data, part);
		c->ring_at = (c->ring_at + part) % c->ring_size;
		data += part;
		length -= part;
	}
}

/*
 * Reads what is there, a few chunks at most: a flood must not keep the caller from its clock. Returns whether there may be more.
 */
static int capture_read(struct capture *c)
{
	for (int round = 0; round < 16; round++) {
		ssize_t got = read(c->read_end, capture_chunk, sizeof capture_chunk);
		if (got <= 0)
			return got < 0 && errno == EINTR;
		capture_add(c, capture_chunk, (size_t)got);
		/* A short read emptied the pipe; asking again would cost a call that mostly says so. */
		if (!c->terminal && (size_t)got < sizeof capture_chunk)
			return 0;
	}
	return 1;
}

/* To be called when nobody is left who could write: reads the rest. */
static void capture_finish(struct capture *c)
{
	while (capture_read(c))
		;
	close(c->read_end);
	close(c->write_end);
}

static size_t capture_tail(const struct capture *c)
{
	uint64_t rest = c->total - c->head_used;
	return rest < c->ring_size ? (size_t)rest : c->ring_size;
}

/* Writes the kept bytes to `at`, head then tail; there must be room for head_used + capture_tail. */
static unsigned char *capture_put(const struct capture *c, unsigned char *at)
{
	size_t tail = capture_tail(c);
	memcpy(at, c->head, c->head_used);
	at += c->head_used;
	if (tail < c->ring_size) {
		memcpy(at, c->ring, tail);
	} else {
		memcpy(at, c->ring + c->ring_at, tail - c->ring_at);
		memcpy(at + tail - c->ring_at, c->ring, c->ring_at);
	}
	return at + tail;
}

#endif
