/* A deadlock: every task waits for others, so that none will ever go on. What each waits for, and who holds it where that can be told. */
#ifndef KNOTS_H
#define KNOTS_H

#include "stepping.h"

struct knot {
	uint32_t index;
	long call;
	uint64_t address;
	/* The lock's holder, by its number; -1 where it cannot be told. */
	int owner;
	char place[PLACE_BYTES], lock[PLACE_BYTES];
};

enum { KNOTS = 64 };
static struct knot knots[KNOTS];
static size_t knot_count;

/*
 * The thread that holds a mutex, by the word that is waited for: musl keeps the thread's number in it, glibc two words behind it
 * (pthread_mutex_t.__data.__owner).
 */
static int holder_of(const struct task *task)
{
	uint64_t word, behind;
	if (!peek(task->tid, task->arguments[0], &word) || !peek(task->tid, task->arguments[0] + 8, &behind))
		return -1;
	const pid_t numbers[] = {(pid_t)(word & 0x3fffffff), (pid_t)(behind & 0x3fffffff)};
	for (int i = 0; i < 2; i++) {
		int holder = numbers[i] > 0 ? number_of(numbers[i], task->group) : -1;
		if (holder >= 0)
			return holder;
	}
	return -1;
}

/* Whether nothing can go on any more; then the knots say why. */
static int deadlocked(void)
{
	int threads = 0;
	knot_count = 0;
	for (size_t i = 0; i < task_count; i++) {
		if (tasks[i].standing != WAITING || !call_waits_for_tasks(&tasks[i]))
			return 0;
		threads += tasks[i].call == SYS_futex;
	}
	if (run_end.timers || threads == 0)
		return 0;
	for (size_t i = 0; i < task_count && knot_count < KNOTS; i++) {
		struct knot *knot = &knots[knot_count++];
		*knot = (struct knot){.index = tasks[i].index, .call = tasks[i].call, .address = tasks[i].arguments[0], .owner = -1};
		if (knot->call == SYS_futex)
			knot->owner = holder_of(&tasks[i]);
		place_name(tasks[i].group, tasks[i].call_place, knot->place, sizeof knot->place);
		variable_name(tasks[i].group, knot->address, knot->lock, sizeof knot->lock);
	}
	/* To be looked at where it stands, as a crash is. */
	if (catching == CATCH_CRASH) {
		run_end.caught = tasks[0].tid;
		run_end.group = tasks[0].group;
		run_end.signal = 0;
	}
	return 1;
}

#endif
