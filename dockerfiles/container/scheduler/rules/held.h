/*
 * A hold: the place at which one thread is kept, for the how many-th time that any comes there since there are several, and for how long. It is asked for, as a
 * line `PASS MS PLACE`, or drawn from the sites that a program has (sites.h). An empty place: nobody is held, and all else is the same.
 */
#ifndef HELD_H
#define HELD_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "../program/place.h"
#include "random.h"
#include "sites.h"

struct hold {
	/* 0: it is to be drawn. */
	int given;
	uint64_t pass;
	uint32_t ms;
	char place[PLACE_BYTES];
};

/* What is asked for; of this attempt. */
static struct hold hold_asked, hold_now;

/* Of this attempt: how often the place was passed, and which thread was held there (-1: none), as the process that the kernel knows. */
static struct {
	uint64_t passes, until;
	int thread;
	pid_t tid;
} held;

/* Takes up the line behind a request, or that there is none. 0 where it is no hold. */
static int hold_read(const char *text)
{
	unsigned long long pass;
	int at = 0;
	memset(&hold_asked, 0, sizeof hold_asked);
	if (*text == 0)
		return 1;
	if (sscanf(text, "%llu %u %n", &pass, &hold_asked.ms, &at) != 2 || at == 0)
		return 0;
	size_t length = strcspn(text + at, "\n");
	if (length >= sizeof hold_asked.place || text[at + (int)length] != 0)
		return 0;
	memcpy(hold_asked.place, text + at, length);
	if (strcmp(hold_asked.place, "-") == 0)
		hold_asked.place[0] = 0;
	hold_asked.pass = pass;
	hold_asked.given = 1;
	return 1;
}

/* The hold of the attempt that begins. Half of those that are drawn are at the first pass: what is done once is done then. */
static void hold_choose(void)
{
	static const uint32_t lengths[] = {1, 2, 5, 10, 20, 50, 100};
	memset(&held, 0, sizeof held);
	held.thread = -1;
	hold_now = hold_asked;
	const struct draw *draw = near_sites.count > 0 && random_below(8) > 0 ? &near_sites : &all_sites;
	if (hold_asked.given || draw->count == 0)
		return;
	struct aim aim = random_below(2) == 0 ? aim_at_site(draw) : aim_at_level(draw);
	snprintf(hold_now.place, sizeof hold_now.place, "%s", aim.place);
	hold_now.pass = random_below(2) == 0 ? 1 : aim.pass;
	hold_now.ms = lengths[random_below(sizeof lengths / sizeof *lengths)];
}

#endif
