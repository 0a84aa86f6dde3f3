/*
 * Places of the list that is played, or at which a rule aims, watched by the processor: its four debug registers stop a thread before it runs the instruction at an address. So a
 * thread with few places runs freely from one to the next, and its memory is not touched, as a breakpoint's would be. A thread with more is stepped.
 */
#ifndef WATCH_H
#define WATCH_H

#include <stddef.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/user.h>

#include "../program/place.h"
#include "../rules/rule.h"
#include "../switches.h"
#include "task.h"

/* The switch that is next for a task in the list that is played, or NULL. */
static const struct turn *next_turn(struct task *task)
{
	while (task->next < wanted.count && wanted.list[task->next].from != task->index)
		task->next++;
	return task->next < wanted.count ? &wanted.list[task->next] : NULL;
}

/* The next address at which a task is to be stopped, of those that are left: `at` counts them from 0. 0 where there are no more. */
static uint64_t next_watched(const struct task *task, size_t *at)
{
	if (rule_now.kind == RULE_PLAY) {
		for (size_t i = task->next + *at; i < wanted.count; i++) {
			++*at;
			if (wanted.list[i].from == task->index && wanted.list[i].why == CHOSEN)
				return place_address(task->group, wanted.list[i].place);
		}
		return 0;
	}
	while (*at < aim_count) {
		const struct aim *aim = &aims[(*at)++];
		if (aim->index == task->index && !aim->done)
			return place_address(task->group, aim->place);
	}
	return 0;
}

static size_t places_left(const struct task *task)
{
	if (rule_now.kind == RULE_PLAY)
		return task->next < wanted.count ? wanted.count - task->next : 0;
	return aim_count;
}

static void debug_register(const struct task *task, int number, uint64_t value, int *failed)
{
	size_t at = offsetof(struct user, u_debugreg) + 8 * (size_t)number;
	*failed |= ptrace(PTRACE_POKEUSER, task->tid, at, value) < 0;
}

static int watches(const struct task *task, uint64_t address)
{
	for (int n = 0; n < task->watching; n++)
		if (task->watched[n] == address)
			return 1;
	return 0;
}

static void watch_end(struct task *task)
{
	int failed = 0;
	if (!task->watching)
		return;
	debug_register(task, 7, 0, &failed);
	/* What was met last: a debugger that comes later would take it for its own. */
	debug_register(task, 6, 0, &failed);
	task->watching = 0;
}

/* Has the processor stop a task at an address. */
static int watch_one(struct task *task, uint64_t address)
{
	int failed = 0;
	debug_register(task, 7, 0, &failed);
	debug_register(task, 0, address, &failed);
	debug_register(task, 7, 1, &failed);
	task->watched[0] = address;
	task->watching = 1;
	if (failed)
		watch_end(task);
	return !failed;
}

/*
 * Has the processor stop a task at every place of its own in the list, however often it was there. Returns 0 where they are too many or cannot be
 * watched.
 */
static int watch_begin(struct task *task)
{
	int count = 0, failed = 0;
	uint64_t addresses[WATCHED] = {0};
	for (size_t at = 0; at < places_left(task);) {
		uint64_t address = next_watched(task, &at);
		int known = address == 0;
		for (int n = 0; n < count; n++)
			known |= addresses[n] == address;
		if (!known && count == WATCHED)
			return 0;
		if (!known)
			addresses[count++] = address;
	}
	if (count == 0) {
		watch_end(task);
		return 1;
	}
	if (task->watching == count && memcmp(addresses, task->watched, sizeof addresses) == 0)
		return 1;
	debug_register(task, 7, 0, &failed);
	for (int n = 0; n < count; n++)
		debug_register(task, n, addresses[n], &failed);
	/* Two bits for each: the lower one is for this task alone. */
	debug_register(task, 7, 0x55u & ((1u << 2 * count) - 1), &failed);
	memcpy(task->watched, addresses, sizeof addresses);
	task->watching = failed ? 0 : count;
	return !failed;
}

#endif
