/* A deadlock: every task waits for others, so that none will ever go on. What each waits for, and who holds it where that can be told. */
#ifndef KNOTS_H
#define KNOTS_H

#include "stepping.h"

enum { NOBODY = -1 };

struct knot {
	uint32_t index;
	long call;
	uint64_t address;
	/* The lock's holder, and the thread or process whose end it waits for, by their numbers; NOBODY where there is none, or it cannot be told. */
	int owner, end;
	/* The holder is no thread of this process: the lock was held when that was forked off. */
	int forked;
	char place[PLACE_BYTES], lock[PLACE_BYTES];
};

enum { KNOTS = 64 };
static struct knot knots[KNOTS];
static size_t knot_count;

/* How far into a thread's descriptor musl keeps the word by which others wait for its end (`detach_state`). */
enum { DESCRIPTOR_HEAD = 64 };

/* The thread whose end is waited for: by the word that the kernel clears, or, in musl, which shares that among threads, by its descriptor. */
static int awaited_thread(const struct task *task)
{
	uint64_t address = task->arguments[0];
	for (size_t i = 0; i < task_count; i++) {
		const struct task *other = &tasks[i];
		if (other->group != task->group || other == task)
			continue;
		if ((other->cleared != 0 && address == other->cleared) ||
		    (other->descriptor != 0 && address >= other->descriptor && address < other->descriptor + DESCRIPTOR_HEAD))
			return (int)other->index;
	}
	return NOBODY;
}

/* The child that a process waits for, where it is a certain one. */
static int awaited_child(const struct task *task)
{
	int64_t wanted = (int64_t)(task->call == SYS_waitid ? task->arguments[1] : task->arguments[0]);
	int any = task->call == SYS_waitid ? task->arguments[0] != 1 /* P_PID */ : (int32_t)wanted <= 0;
	int found = NOBODY, count = 0;
	for (size_t i = 0; i < task_count; i++) {
		if (tasks[i].tid != tasks[i].group || tasks[i].parent != task->group || (!any && tasks[i].tid != (pid_t)wanted))
			continue;
		found = (int)tasks[i].index;
		count++;
	}
	return count == 1 ? found : NOBODY;
}

enum { TASK_BITS = 0x3fffffff, HAS_WAITERS = 0x80000000 };

/*
 * The thread's number that the word of a mutex tells, or 0. Other words that threads wait for (of conditions, semaphores, read-write locks) hold small numbers,
 * too, which may be some thread's by chance: so the call must be one that mutexes make, and what lies around the word must fit.
 *
 * FUTEX_LOCK_PI: the kernel's own, the word is the number. glibc (pthread_mutex_t: lock, count, owner, users, kind) waits for a word that is 2. With the
 * highest bit set it is the number, in glibc for robust ones, in musl (type, lock) for all but the normal type.
 */
static pid_t holder_in(const struct task *task)
{
	uint64_t at = task->arguments[0], words, behind, before = 0;
	uint32_t expected = (uint32_t)task->arguments[2];
	int operation = (int)task->arguments[1] & FUTEX_CMD_MASK;
	if (!peek(task->tid, at, &words) || !peek(task->tid, at + 8, &behind))
		return 0;
	pid_t word = (pid_t)(words & TASK_BITS), owner = (pid_t)(behind & TASK_BITS);
	uint64_t users = behind >> 32;
	if (operation == FUTEX_LOCK_PI)
		return word;
	if ((expected & HAS_WAITERS) != 0)
		return word == owner || (peek(task->tid, at - 4, &before) && (before & 15) != 0) ? word : 0;
	if (operation != FUTEX_WAIT || expected != 2)
		return 0;
	/* libc's own recursive locks (of a FILE) have the holder's descriptor there. */
	for (size_t i = 0; i < task_count; i++)
		if (behind != 0 && tasks[i].descriptor == behind && tasks[i].group == task->group)
			return tasks[i].tid;
	return users >= 1 && users <= TASKS ? owner : 0;
}

static void find_holder(const struct task *task, struct knot *knot)
{
	pid_t tid = holder_in(task), group;
	int holder = tid > 0 ? number_of(tid, &group) : NOBODY;
	if (holder < 0)
		return;
	int private = ((int)task->arguments[1] & FUTEX_PRIVATE_FLAG) != 0;
	knot->owner = holder;
	knot->forked = private && group != task->group;
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
		*knot = (struct knot){.index = tasks[i].index, .call = tasks[i].call, .address = tasks[i].arguments[0], .owner = NOBODY, .end = NOBODY};
		if (knot->call == SYS_futex)
			knot->end = awaited_thread(&tasks[i]);
		else if (knot->call == SYS_wait4 || knot->call == SYS_waitid)
			knot->end = awaited_child(&tasks[i]);
		if (knot->call == SYS_futex && knot->end == NOBODY)
			find_holder(&tasks[i], knot);
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
