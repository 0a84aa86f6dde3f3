/*
 * The program's clock. It asks the kernel for time (it has no vdso, program/startup.h), and is answered here: with the kernel's clock and what was cut from sleeps (sleep.h);
 * or, with `fixed`, with a clock of its own, which follows as random numbers do from an attempt's number and the seed. So the same attempt is the same again, and
 * so is a list that is played with the number of its clock. That clock begins at a moment that is given, and goes on a little with every look at it, and to the end of
 * what a thread has slept or waited for in vain.
 *
 * Not covered: what the processor says by itself (rdtsc, rdrand), files such as /dev/urandom, times of files, and numbers of processes.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "../program/memory.h"
#include "../rules/random.h"
#include "../threads/task.h"

#define SECOND_NS 1000000000ull
/* The first moment, 2026-01-01 00:00:00 UTC, and of clocks that count from a start; what a look costs. */
#define FIXED_DAY_NS (1767225600ull * SECOND_NS)
#define FIXED_START_NS (1000ull * SECOND_NS)
#define GLANCE_NS 10000ull

/* What is asked for: 0 no clock of its own, FIXED_DRAWN another one in each attempt, else the clock of that number; and the one of this attempt. */
enum { FIXED_DRAWN = 1, FIXED_FIRST = 2 };
static uint64_t fixed, fixed_now;
/* With `fixed`: the moment at which the attempt began, and what random numbers are drawn from. */
static uint64_t fixed_begun, fixed_random;

/*
 * Of the attempt: nanoseconds that went by on the schedule's own clock, which instructions do not move; by how much the program's clock is ahead of the kernel's; and how much
 * of the attempt's time that has taken, since nobody could go on.
 */
static uint64_t clock_ns, skipped_ns, passed_ns;

/* An attempt begins. A program may do another thing at another time: so where there is a choice, each attempt has a time of its own, by its number and the seed. */
static void clock_begin(int drawn)
{
	fixed_now = fixed != FIXED_DRAWN ? fixed : FIXED_FIRST + (drawn ? random_below(1u << 30) : 0);
	/* Within a day, and at no round moment. */
	fixed_begun = fixed_now * 2718281828459u % (86400 * SECOND_NS);
	fixed_random = fixed_now * 0x9e3779b97f4a7c15u;
	clock_ns = skipped_ns = passed_ns = 0;
}

static int is_day(uint64_t clock)
{
	return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;
}

/* Whether it goes on while nothing runs; others say what a thread or process has computed. */
static int is_time(uint64_t clock)
{
	return is_day(clock) || clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_BOOTTIME;
}

/* What the program's clock shows, by its number in clock_gettime: of the day, or of a start. */
static uint64_t clock_shows(uint64_t clock)
{
	struct timespec real;
	if (fixed)
		return (is_day(clock) ? FIXED_DAY_NS : FIXED_START_NS) + fixed_begun + clock_ns;
	clock_gettime((clockid_t)clock, &real);
	return (uint64_t)real.tv_sec * SECOND_NS + (uint64_t)real.tv_nsec + skipped_ns;
}

/* A thread looks at a clock, in units of so many nanoseconds: what it sees. A moment that it waits for later is told by that (sleep.h). */
static uint64_t clock_look(struct task *task, uint64_t clock, uint64_t unit)
{
	struct look *look = &task->looks[is_day(clock)];
	clock_ns += fixed ? GLANCE_NS : 0;
	look->shown = clock_shows(clock) / unit * unit;
	look->at = clock_ns;
	return look->shown;
}

static long answer_time(const struct task *task, uint64_t ns, uint64_t address, uint64_t part)
{
	uint64_t time[2] = {ns / SECOND_NS, ns % SECOND_NS / part};
	return address == 0 || poke_bytes(task->tid, address, time, sizeof time) ? 0 : -EFAULT;
}

static long answer_day(struct task *task)
{
	const int zone[2] = {0, 0};
	long result = answer_time(task, clock_look(task, CLOCK_REALTIME, 1000), task->arguments[0], 1000);
	if (result == 0 && task->arguments[1] != 0 && !poke_bytes(task->tid, task->arguments[1], zone, sizeof zone))
		result = -EFAULT;
	return result;
}

static long answer_seconds(struct task *task)
{
	uint64_t seconds = clock_look(task, CLOCK_REALTIME, SECOND_NS) / SECOND_NS, address = task->arguments[0];
	return address == 0 || poke_bytes(task->tid, address, &seconds, sizeof seconds) ? (long)seconds : -EFAULT;
}

static long answer_random(const struct task *task)
{
	unsigned char bytes[256];
	uint64_t wanted = task->arguments[1];
	/* More is given in pieces, as the kernel may. */
	size_t count = wanted < sizeof bytes ? (size_t)wanted : sizeof bytes;
	for (size_t i = 0; i < count; i++) {
		fixed_random = fixed_random * 6364136223846793005u + 1442695040888963407u;
		bytes[i] = (unsigned char)(fixed_random >> 56);
	}
	return poke_bytes(task->tid, task->arguments[0], bytes, count) ? (long)count : -EFAULT;
}

/* Answers a system call in place of the kernel, where it asks for time or chance. Returns 0 where it asks for something else. */
static int clock_answers(struct task *task, long *result)
{
	switch (task->call) {
	case SYS_clock_gettime:
		if (!fixed && !is_time(task->arguments[0]))
			return 0;
		*result = answer_time(task, clock_look(task, task->arguments[0], 1), task->arguments[1], 1);
		return 1;
	case SYS_gettimeofday:
		*result = answer_day(task);
		return 1;
	case SYS_time:
		*result = answer_seconds(task);
		return 1;
	case SYS_getrandom:
		*result = fixed ? answer_random(task) : 0;
		return fixed != 0;
	default:
		return 0;
	}
}

#endif
