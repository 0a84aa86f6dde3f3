/*
 * With `fixed`, time of day and random numbers follow from an attempt's number and the seed: a program asks the kernel for them (it has no vdso, startup.h),
 * and is answered here. So the same attempt is the same again, and so is a list that is played with the number of its clock.
 *
 * The clock is of the program's own: it begins at a moment that is given, goes on a little with every look at it, and as far as a thread has slept or waited in vain. What waits until
 * a moment of that clock is told to the kernel in its own time. Not covered: what the processor says by itself (rdtsc, rdrand), files such as /dev/urandom, and
 * numbers of processes.
 */
#ifndef FIXED_H
#define FIXED_H

#include <errno.h>
#include <linux/futex.h>
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
/* Nanoseconds since the first moment, and what random numbers are drawn from. */
static uint64_t fixed_ns, fixed_random;

/* An attempt begins. A program may do another thing at another time: so where there is a choice, each attempt has a time of its own, by its number and the seed. */
static void fixed_begin(int drawn)
{
	fixed_now = fixed != FIXED_DRAWN ? fixed : FIXED_FIRST + (drawn ? random_below(1u << 30) : 0);
	/* Within a day, and at no round moment. */
	fixed_ns = fixed_now * 2718281828459u % (86400 * SECOND_NS);
	fixed_random = fixed_now * 0x9e3779b97f4a7c15u;
}

/* A clock by its number in clock_gettime: of the day, or of a start. */
static uint64_t fixed_clock(uint64_t clock)
{
	int day = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;
	return (day ? FIXED_DAY_NS : FIXED_START_NS) + fixed_ns;
}

static long answer_time(const struct task *task, uint64_t ns, uint64_t address, uint64_t part)
{
	uint64_t time[2] = {ns / SECOND_NS, ns % SECOND_NS / part};
	return address == 0 || poke_bytes(task->tid, address, time, sizeof time) ? 0 : -EFAULT;
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
static int fixed_answer(const struct task *task, long *result)
{
	if (!fixed)
		return 0;
	switch (task->call) {
	case SYS_clock_gettime:
		fixed_ns += GLANCE_NS;
		*result = answer_time(task, fixed_clock(task->arguments[0]), task->arguments[1], 1);
		return 1;
	case SYS_gettimeofday:
		fixed_ns += GLANCE_NS;
		*result = answer_time(task, fixed_clock(CLOCK_REALTIME), task->arguments[0], 1000);
		return 1;
	case SYS_time: {
		fixed_ns += GLANCE_NS;
		uint64_t seconds = fixed_clock(CLOCK_REALTIME) / SECOND_NS;
		*result = (long)seconds;
		if (task->arguments[0] != 0 && !poke_bytes(task->tid, task->arguments[0], &seconds, sizeof seconds))
			*result = -EFAULT;
		return 1;
	}
	case SYS_getrandom:
		*result = answer_random(task);
		return 1;
	default:
		return 0;
	}
}

/* Where a call says until when it waits, by which clock; 0 where it says so by no moment. */
static uint64_t moment_of(const struct task *task, clockid_t *clock)
{
	int operation = (int)task->arguments[1];
	switch (task->call) {
	case SYS_clock_nanosleep:
		*clock = (clockid_t)task->arguments[0];
		return (task->arguments[1] & TIMER_ABSTIME) != 0 ? task->arguments[2] : 0;
	case SYS_futex:
		if ((operation & FUTEX_CMD_MASK) != FUTEX_WAIT_BITSET && (operation & FUTEX_CMD_MASK) != FUTEX_LOCK_PI)
			return 0;
		*clock = (operation & FUTEX_CLOCK_REALTIME) != 0 || (operation & FUTEX_CMD_MASK) == FUTEX_LOCK_PI ? CLOCK_REALTIME : CLOCK_MONOTONIC;
		return task->arguments[3];
	default:
		return 0;
	}
}

/* A length of time in a program's memory; `part` are nanoseconds of its second word. 0 where it is none, or very long. */
static uint64_t length_at(const struct task *task, uint64_t address, uint64_t part)
{
	uint64_t time[2];
	if (address == 0 || peek_bytes(task->tid, address, time, sizeof time) != sizeof time || time[0] > 1000000 || time[1] * part >= SECOND_NS)
		return 0;
	return time[0] * SECOND_NS + time[1] * part;
}

/* Nanoseconds after which a call gives up waiting, or has slept; 0 where it does not say, or says it by a moment. */
static uint64_t length_of(const struct task *task)
{
	const uint64_t *arguments = task->arguments;
	int ms = (int)arguments[task->call == SYS_poll ? 2 : 3];
	switch (task->call) {
	case SYS_nanosleep:
		return length_at(task, arguments[0], 1);
	case SYS_clock_nanosleep:
		return length_at(task, arguments[2], 1);
	case SYS_futex:
		return ((int)arguments[1] & FUTEX_CMD_MASK) == FUTEX_WAIT ? length_at(task, arguments[3], 1) : 0;
	case SYS_poll:
	case SYS_epoll_wait:
	case SYS_epoll_pwait:
		return ms > 0 ? (uint64_t)ms * 1000000 : 0;
	case SYS_ppoll:
		return length_at(task, arguments[2], 1);
	case SYS_select:
	case SYS_pselect6: {
		uint64_t fifth = (uint64_t)ptrace(PTRACE_PEEKUSER, task->tid, offsetof(struct user_regs_struct, r8), 0);
		return length_at(task, fifth, task->call == SYS_select ? 1000 : 1);
	}
	default:
		return 0;
	}
}

/* A call is about to be made: moments of the program's clock become the kernel's. */
static void fixed_before(struct task *task)
{
	uint64_t time[2];
	clockid_t clock;
	struct timespec real;
	if (!fixed)
		return;
	uint64_t address = moment_of(task, &clock);
	if (address == 0) {
		uint64_t length = length_of(task);
		task->due = length > 0 ? fixed_ns + length : 0;
		return;
	}
	if (peek_bytes(task->tid, address, time, sizeof time) != sizeof time || time[1] >= SECOND_NS || clock_gettime(clock, &real) != 0)
		return;
	uint64_t until = time[0] * SECOND_NS + time[1], at = fixed_clock((uint64_t)clock);
	uint64_t left = time[0] < 1ull << 33 && until > at ? until - at : 0;
	task->due = fixed_ns + left;
	uint64_t then = (uint64_t)real.tv_sec * SECOND_NS + (uint64_t)real.tv_nsec + left;
	const uint64_t told[2] = {then / SECOND_NS, then % SECOND_NS};
	memcpy(task->moment, time, sizeof time);
	if (poke_bytes(task->tid, address, told, sizeof told))
		task->moment_at = address;
}

/* The call is over: the program finds its memory as it was, and where it waited to the end, its clock has gone on so far. */
static void fixed_after(struct task *task)
{
	if (!fixed)
		return;
	if (task->moment_at != 0)
		poke_bytes(task->tid, task->moment_at, task->moment, sizeof task->moment);
	task->moment_at = 0;
	if (task->due == 0)
		return;
	long result = (long)ptrace(PTRACE_PEEKUSER, task->tid, offsetof(struct user_regs_struct, rax), 0);
	if (result == (task->call == SYS_futex ? -ETIMEDOUT : 0) && task->due > fixed_ns)
		fixed_ns = task->due;
	task->due = 0;
}

#endif
