/* Time limits of system calls: which argument says one, and how. */
#ifndef LIMITS_H
#define LIMITS_H

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>

#include "../program/memory.h"
#include "../threads/task.h"

#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif
#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif
#ifndef FUTEX_LOCK_PI2
#define FUTEX_LOCK_PI2 13
#endif

enum limit_form { NO_LIMIT, MILLISECONDS, TIMESPEC, TIMEVAL };
enum { A_LENGTH = -1 };
/* Longer ones are taken for so long: 136 years. */
#define LIMIT_MOST_S ((uint64_t)1 << 32)

struct limit {
	enum limit_form form;
	/* The argument that says it, from 0. No limit is said by -1 there (milliseconds), or by 0. */
	int argument;
	/* The number of the clock of whose moments it is one; A_LENGTH where it is a length of time. */
	int clock;
	/* What the call returns when the time is over. */
	int result;
	/* It does nothing but wait for that time. */
	int sleeps;
	/* The argument, from 1, by which the kernel says how much of the time is left: that of a sleep, where a signal ends it; 0: none. */
	int rest;
};

static struct limit limit_of_futex(const struct task *task)
{
	int operation = (int)task->arguments[1], day = (operation & FUTEX_CLOCK_REALTIME) != 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC;
	struct limit limit = {.form = TIMESPEC, .argument = 3, .clock = day, .result = -ETIMEDOUT};
	switch (operation & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
		limit.clock = A_LENGTH;
		return limit;
	case FUTEX_LOCK_PI:
		limit.clock = CLOCK_REALTIME;
		return limit;
	case FUTEX_WAIT_BITSET:
	case FUTEX_WAIT_REQUEUE_PI:
	case FUTEX_LOCK_PI2:
		return limit;
	default:
		return (struct limit){NO_LIMIT};
	}
}

static struct limit limit_of_sleep(const struct task *task)
{
	int clock = (int)task->arguments[0], until = (task->arguments[1] & TIMER_ABSTIME) != 0;
	/* What a thread has computed does not go on while it sleeps. */
	if (clock < 0 || clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID)
		return (struct limit){NO_LIMIT};
	return (struct limit){.form = TIMESPEC, .argument = 2, .clock = until ? clock : A_LENGTH, .sleeps = 1, .rest = until ? 0 : 4};
}

/* Which limit the call has that a task makes, or waits in. */
static struct limit limit_of(const struct task *task)
{
	const uint64_t *arguments = task->arguments;
	switch (task->call) {
	case SYS_nanosleep:
		return (struct limit){.form = TIMESPEC, .argument = 0, .clock = A_LENGTH, .sleeps = 1, .rest = 2};
	case SYS_clock_nanosleep:
		return limit_of_sleep(task);
	case SYS_futex:
		return limit_of_futex(task);
	case SYS_futex_waitv:
		return (struct limit){.form = TIMESPEC, .argument = 3, .clock = (int)arguments[4], .result = -ETIMEDOUT};
	case SYS_poll:
		return (struct limit){.form = MILLISECONDS, .argument = 2, .clock = A_LENGTH, .sleeps = arguments[1] == 0};
	case SYS_epoll_wait:
	case SYS_epoll_pwait:
		return (struct limit){.form = MILLISECONDS, .argument = 3, .clock = A_LENGTH};
	case SYS_epoll_pwait2:
		return (struct limit){.form = TIMESPEC, .argument = 3, .clock = A_LENGTH};
	/* With a set of signals it waits for these, too. */
	case SYS_ppoll:
		return (struct limit){.form = TIMESPEC, .argument = 2, .clock = A_LENGTH, .sleeps = arguments[1] == 0 && arguments[3] == 0, .rest = 3};
	case SYS_pselect6:
		return (struct limit){.form = TIMESPEC, .argument = 4, .clock = A_LENGTH, .sleeps = arguments[0] == 0 && arguments[5] == 0, .rest = 5};
	case SYS_select:
		return (struct limit){.form = TIMEVAL, .argument = 4, .clock = A_LENGTH, .sleeps = arguments[0] == 0, .rest = 5};
	case SYS_rt_sigtimedwait:
		return (struct limit){.form = TIMESPEC, .argument = 2, .clock = A_LENGTH, .result = -EAGAIN};
	case SYS_semtimedop:
		return (struct limit){.form = TIMESPEC, .argument = 3, .clock = A_LENGTH, .result = -EAGAIN};
	case SYS_mq_timedsend:
	case SYS_mq_timedreceive:
		return (struct limit){.form = TIMESPEC, .argument = 4, .clock = CLOCK_REALTIME, .result = -ETIMEDOUT};
	default:
		return (struct limit){NO_LIMIT};
	}
}

/* Reads a limit, in nanoseconds. 0 where the call has none, does not wait at all, or will be refused by the kernel. */
static int limit_read(const struct task *task, const struct limit *limit, uint64_t *ns)
{
	uint64_t time[2], value = limit->form == NO_LIMIT ? 0 : task->arguments[limit->argument];
	if (limit->form == MILLISECONDS) {
		*ns = (int)value > 0 ? (uint64_t)(int)value * 1000000 : 0;
		return *ns > 0;
	}
	if (value == 0 || peek_bytes(task->tid, value, time, sizeof time) != sizeof time)
		return 0;
	time[1] *= limit->form == TIMEVAL ? 1000 : 1;
	if ((int64_t)time[0] < 0 || time[1] >= 1000000000u)
		return 0;
	*ns = (time[0] < LIMIT_MOST_S ? time[0] : LIMIT_MOST_S) * 1000000000u + time[1];
	/* Asked to sleep for no time, the kernel sleeps for a little. */
	return *ns > 0 || limit->clock != A_LENGTH || task->call == SYS_nanosleep || task->call == SYS_clock_nanosleep;
}

#endif
