/*
 * Switches: the schedule of a run as a list. A line of it, for one that was made and for one that is to be made alike:
 *
 *     FROM STEPS PASS TO WHY PLACE
 *
 * Task FROM, when it had made STEPS steps, was about to run the instruction at PLACE for the PASS-th time; then task TO went on. WHY is `chosen`, or why
 * FROM could not go on: `waits` or `ends` (PASS counts how often that was); `fair` where FROM did nothing but hold the others up (PASS counts how often);
 * `calling` before its PASS-th system call, `called` after it. Of one that was made, a star behind WHY says that it would have come so anyway, and `+sleep` or `+limit`
 * that TO goes on because the time of its sleep, or the time limit of its wait, is over. What is counted is counted from where FROM came under control, and passes while another
 * thread of its process could run.
 */
#ifndef SWITCHES_H
#define SWITCHES_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program/place.h"

enum { SWITCHES = 1 << 14 };
enum why { CHOSEN, WAITS, ENDS, FAIR, CALLING, CALLED, WHYS };
static const char *const why_names[] = {"chosen", "waits", "ends", "fair", "calling", "called"};

/* By what the task goes on that a switch leads to: by nothing of its own, or since a time is over (calls/sleep.h). */
enum waking { NOT_WAKING, SLEEP_OVER, LIMIT_OVER };
static const char *const waking_names[] = {"", "+sleep", "+limit"};

struct turn {
	uint32_t from, to;
	uint64_t steps, pass;
	enum why why;
	enum waking wakes;
	/* Where it could not go on: whether the task that comes first would have been chosen anyway. */
	int usual;
	char *place;
};

struct turns {
	struct turn *list;
	size_t count, capacity;
	/* Those that were made when there was no more room. */
	uint64_t dropped;
};

/* Made in this run; to be made in it. */
static struct turns made, wanted;

static void turns_clear(struct turns *turns)
{
	for (size_t i = 0; i < turns->count; i++)
		free(turns->list[i].place);
	turns->count = 0;
	turns->dropped = 0;
}

static void turns_add(struct turns *turns, struct turn turn, const char *place)
{
	if (turns->count == turns->capacity && turns->count < SWITCHES) {
		size_t capacity = turns->capacity ? turns->capacity * 2 : 256;
		struct turn *list = realloc(turns->list, capacity * sizeof *list);
		if (list != NULL) {
			turns->list = list;
			turns->capacity = capacity;
		}
	}
	turn.place = strdup(place);
	if (turns->count == turns->capacity || turn.place == NULL) {
		free(turn.place);
		turns->dropped++;
		return;
	}
	turns->list[turns->count++] = turn;
}

/* Reads one line; 0 where it is none. */
static int turn_parse(const char *line, struct turn *turn, char *place, size_t size)
{
	char why[16];
	int at = 0;
	unsigned long long steps, pass;
	if (sscanf(line, "%u %llu %llu %u %15s %n", &turn->from, &steps, &pass, &turn->to, why, &at) != 5 || at == 0)
		return 0;
	turn->steps = steps;
	turn->pass = pass;
	/* What a run wrote may be read again. */
	why[strcspn(why, "*+")] = 0;
	turn->wakes = NOT_WAKING;
	turn->usual = 0;
	turn->why = WHYS;
	for (int i = CHOSEN; i < WHYS; i++)
		if (strcmp(why, why_names[i]) == 0)
			turn->why = (enum why)i;
	return turn->why < WHYS && snprintf(place, size, "%s", line + at) < (int)size;
}

/* Reads a list of lines in place of the one that is to be made. 0 where a line is none. */
static int turns_read(const char *text)
{
	char line[PLACE_BYTES + 128], place[PLACE_BYTES];
	turns_clear(&wanted);
	while (*text != 0) {
		struct turn turn;
		size_t length = strcspn(text, "\n");
		if (length >= sizeof line)
			return 0;
		memcpy(line, text, length);
		line[length] = 0;
		text += length + (text[length] == '\n');
		if (length == 0)
			continue;
		if (!turn_parse(line, &turn, place, sizeof place))
			return 0;
		turns_add(&wanted, turn, place);
	}
	return wanted.dropped == 0;
}

/* Writes a switch as a line; returns its length, as snprintf. */
static int turn_print(const struct turn *turn, char *text, size_t size)
{
	return snprintf(text, size, "%u %llu %llu %u %s%s%s %s\n", turn->from, (unsigned long long)turn->steps,
			(unsigned long long)turn->pass, turn->to, why_names[turn->why], turn->usual ? "*" : "", waking_names[turn->wakes],
			turn->place);
}

#endif
