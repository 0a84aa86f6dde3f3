/*
 * What of a measured run had to come before what: by the birth of a thread, and by its end where another waits for that. Locks are left out on purpose: who
 * takes one first is for the schedule to say, so what two threads did under the same lock could have come the other way round.
 */
#ifndef ORDER_H
#define ORDER_H

#include <stdint.h>
#include <string.h>

/* Tasks from here on have no clock, and count as concurrent with all. */
enum { CLOCKS = 128 };

/* Of each task by its number: what it knows that the others had done, and its own time at its own number (Lamport's vector clocks). */
static uint32_t clocks[CLOCKS][CLOCKS];

static void order_forget(void)
{
	memset(clocks, 0, sizeof clocks);
	for (size_t i = 0; i < CLOCKS; i++)
		clocks[i][i] = 1;
}

static uint32_t order_time(uint32_t index)
{
	return index < CLOCKS ? clocks[index][index] : UINT32_MAX;
}

/* Whether what task `first` did at its time `time` had to come before what task `second` does now. */
static int order_known(uint32_t first, uint32_t time, uint32_t second)
{
	return first < CLOCKS && second < CLOCKS && clocks[second][first] >= time;
}

/* Task `to` now knows all that `from` has done. */
static void order_tell(uint32_t from, uint32_t to)
{
	if (from >= CLOCKS || to >= CLOCKS || from == to)
		return;
	for (size_t i = 0; i < CLOCKS; i++)
		if (i != to && clocks[from][i] > clocks[to][i])
			clocks[to][i] = clocks[from][i];
	clocks[from][from]++;
}

#endif
