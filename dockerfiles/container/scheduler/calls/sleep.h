/*
 * Waits that end by themselves. The kernel's time does not decide when: on a program that is stepped it would be another moment in every run. A call that only sleeps is not made:
 * the thread stays before it, SLEEPING. One that waits for something, and no longer than some time, is made without that limit. When the time is over, is for the
 * schedule to say, as an event like any other: it chooses the thread (threads/waking.h). Until then the thread waits, as one does that the kernel is slow to wake.
 *
 * Each such wait has a moment on the schedule's own clock (clock.h), which ends of waits move, and instructions do not. So who is first to go on, where all sleep, is the same in every run.
 */
#ifndef SLEEP_H
#define SLEEP_H

#include <sys/ptrace.h>
#include <sys/user.h>

#include "clock.h"
#include "limits.h"

/* As the kernel has them for itself: a call was interrupted, and is made again where no handler ran. */
enum { INTERRUPTED_FIRST = -516, MADE_AGAIN = -514, INTERRUPTED_LAST = -512 };

static uint64_t now(void);

static unsigned long long *argument_of(struct user_regs_struct *registers, int number)
{
	unsigned long long *const all[] = {&registers->rdi, &registers->rsi, &registers->rdx, &registers->r10, &registers->r8, &registers->r9};
	return all[number];
}

/* Notes until when a call waits that is about to be made. 0 where no time ends it. */
static int wait_begins(struct task *task, const struct limit *limit)
{
	uint64_t ns, left, from = clock_ns;
	if (task->wait.resumed == task->call_place) {
		task->wait.resumed = 0;
		return 1;
	}
	task->wait = (struct wait){0};
	if (!limit_read(task, limit, &ns))
		return 0;
	left = ns;
	if (limit->clock != A_LENGTH) {
		uint64_t shown = clock_shows((uint64_t)limit->clock);
		const struct look *look = &task->looks[is_day((uint64_t)limit->clock)];
		left = ns > shown ? ns - shown : 0;
		/* It took the time, and added to that: so the sum is known without what went by since. */
		if (look->shown != 0 && ns >= look->shown) {
			ns -= look->shown;
			from = look->at;
		} else {
			ns = left;
		}
	}
	task->wait.length = ns;
	task->wait.due = from + ns;
	task->wait.until = now() + skipped_ns + left;
	return 1;
}

/* Takes the limit out of a call that is about to be made. */
static void limit_lift(struct task *task, const struct limit *limit, struct user_regs_struct *registers)
{
	unsigned long long *argument = argument_of(registers, limit->argument);
	task->wait.limited = 1;
	task->wait.kept = *argument;
	*argument = limit->form == MILLISECONDS ? (unsigned long long)-1 : 0;
}

/* What is left of the time of a call, where the program asked for that. */
static void tell_rest(const struct task *task, const struct limit *limit)
{
	uint64_t address = limit->rest > 0 ? task->arguments[limit->rest - 1] : 0;
	uint64_t end = fixed ? task->wait.due : task->wait.until, at = fixed ? clock_ns : now() + skipped_ns, left = end > at ? end - at : 0;
	const uint64_t time[2] = {left / SECOND_NS, left % SECOND_NS / (limit->form == TIMEVAL ? 1000 : 1)};
	if (address != 0)
		poke_bytes(task->tid, address, time, sizeof time);
}

/* A call whose limit was taken out is over, and the task stopped behind it: the program finds all as it was. */
static void limit_restore(struct task *task)
{
	struct user_regs_struct registers;
	const struct limit limit = limit_of(task);
	if (!task->wait.limited || ptrace(PTRACE_GETREGS, task->tid, 0, &registers) < 0)
		return;
	task->wait.limited = 0;
	*argument_of(&registers, limit.argument) = task->wait.kept;
	/* The kernel would go on waiting in its own way, for ever. */
	if ((long long)registers.rax >= INTERRUPTED_FIRST && (long long)registers.rax <= INTERRUPTED_LAST) {
		registers.rax = (unsigned long long)MADE_AGAIN;
		task->wait.resumed = task->call_place;
	}
	tell_rest(task, &limit);
	ptrace(PTRACE_SETREGS, task->tid, 0, &registers);
}

/* The time of a call is over: nothing that it asked for has come. */
static void tell_nothing(const struct task *task)
{
	static unsigned char bytes[1 << 16];
	const uint64_t *arguments = task->arguments;
	if (task->call == SYS_poll || task->call == SYS_ppoll) {
		size_t size = arguments[1] < sizeof bytes / 8 ? (size_t)arguments[1] * 8 : 0;
		if (peek_bytes(task->tid, arguments[0], bytes, size) != size)
			return;
		for (size_t at = 0; at < size; at += 8)
			bytes[at + 6] = bytes[at + 7] = 0;
		poke_bytes(task->tid, arguments[0], bytes, size);
	}
	if (task->call == SYS_select || task->call == SYS_pselect6) {
		size_t size = arguments[0] < 8 * sizeof bytes ? ((size_t)arguments[0] + 63) / 64 * 8 : 0;
		memset(bytes, 0, size);
		for (int set = 1; set <= 3; set++)
			if (arguments[set] != 0)
				poke_bytes(task->tid, arguments[set], bytes, size);
	}
}

/* A wait's time is over: the program's clock has gone on so far. Where nobody could go on meanwhile, that is of the attempt's time, too. */
static void clock_reach(const struct task *task, int nobody)
{
	uint64_t at = now() + skipped_ns;
	if (nobody && task->wait.due > clock_ns)
		passed_ns += task->wait.due - clock_ns;
	if (task->wait.due > clock_ns)
		clock_ns = task->wait.due;
	if (!fixed && task->wait.until > at)
		skipped_ns += task->wait.until - at;
}

#endif
