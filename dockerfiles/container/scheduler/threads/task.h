/*
 * The tasks of a scheduled attempt: every thread of every process, each traced, each told by its number in the order of birth. 0 is the first.
 */
#ifndef TASK_H
#define TASK_H

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "passes.h"
#include "../sharing/phase.h"
#include "../rules/sites.h"

enum { TASKS = 512, WATCHED = 4 };
#define TRAP_BIT ((uint64_t)1 << (SIGTRAP - 1))
/*
 * Stopped by us and able to go on; in a system call that others must end, or a time; stopped by us before a call that does nothing but sleep; stopped by a signal until it
 * is continued.
 */
enum standing_of_task { ABLE, WAITING, SLEEPING, HALTED };

/* Of a call that a time ends (calls/sleep.h). */
struct wait {
	/* How long it was to wait, until when on the schedule's clock, and until when on the kernel's and what the program's clock is ahead of it. */
	uint64_t length, due, until;
	/* Whether its limit was kept from the kernel, and what was in its place. */
	int limited;
	uint64_t kept;
	/* A signal is due, which ends it. */
	int signalled;
	/* Where the call was made that is made again after a signal without a handler, and waits no longer for that; 0: none. */
	uint64_t resumed;
};

/* What a task saw when it looked at a clock last, and when that was on the schedule's own (calls/clock.h). 0: never. */
struct look {
	uint64_t shown, at;
};

struct task {
	pid_t tid, group;
	uint32_t index;
	enum standing_of_task standing;
	/* It waits, by vfork, for its child to let go of its memory. */
	int vforking;
	/* At the entry of a system call that it has not made yet. */
	int at_call;
	/* To be delivered when it goes on. */
	int signal;
	/* What it blocks may have changed since that was looked at; its process ignores SIGTRAP (traps.h). */
	int masked, ignores_trap;
	/* Its file `stat` in /proc. */
	int stat;
	/* The system call that it waits in, and its first arguments, and where it made it. */
	long call;
	uint64_t arguments[6], call_place;
	struct wait wait;
	/* Of clocks that count from a start, and of the day. */
	struct look looks[2];
	/* Steps that it made under control, places that it came to meanwhile, and times that it could not go on, or had held the others up. */
	uint64_t steps, waits, holdups;
	/* System calls that it made, and whether it has done nothing since the last one. */
	uint64_t calls;
	int just_called;
	/* Every instruction since there are several tasks, where all are stepped (`paced`). */
	uint64_t paces;
	/* It goes on while others do (holding.h). */
	int running;
	/* A SIGSTOP of ours is on its way to it. */
	int stopping;
	struct passes passes;
	/* The number of its process's first thread, and the process that started that. */
	uint32_t leader;
	pid_t parent;
	/* The word that the kernel clears at its end, and what libc knows it by; 0: not known. */
	uint64_t cleared, descriptor;
	/* Of a run that is measured: where in its life it is, and whether it is in a handler of a signal. */
	struct life life;
	int handling;
	/* Steps since somebody else last ran. */
	uint64_t streak;
	/* A higher one runs first (rule `pct`). */
	uint64_t priority;
	/* Its next switch in the list that is played, and the addresses that stop it meanwhile (debug registers); 0: none. */
	size_t next;
	uint64_t watched[WATCHED];
	int watching;
};

static struct task tasks[TASKS];
static size_t task_count;
/* What a thread does in a handler of a signal counts as another thread's doing: that may come anywhere in it, too. */
enum { HANDLER = 1 << 16 };
/* Whether the passes of tasks that end are kept, for sites.h. */
static int tracking;
static uint32_t tasks_born;

/* Those that ended last: what they held, they hold for ever. */
static struct gone {
	pid_t tid, group;
	uint32_t index, leader;
} gone[TASKS];
static size_t gone_count;

static struct task *task_of(pid_t tid)
{
	for (size_t i = 0; i < task_count; i++)
		if (tasks[i].tid == tid)
			return &tasks[i];
	return NULL;
}

static struct task *task_numbered(uint32_t index)
{
	for (size_t i = 0; i < task_count; i++)
		if (tasks[i].index == index)
			return &tasks[i];
	return NULL;
}

/* The number of a thread that lives, or of the last one that had this name; -1 for none. `group`: its process. */
static int number_of(pid_t tid, pid_t *group)
{
	const struct task *task = task_of(tid);
	*group = task != NULL ? task->group : 0;
	if (task != NULL)
		return (int)task->index;
	for (size_t i = gone_count; i-- > 0 && gone_count - i <= TASKS;)
		if (gone[i % TASKS].tid == tid) {
			*group = gone[i % TASKS].group;
			return (int)gone[i % TASKS].index;
		}
	return -1;
}

static void task_status(const struct task *task, char *text, size_t size)
{
	char path[48];
	snprintf(path, sizeof path, "/proc/%d/status", (int)task->tid);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = file < 0 ? -1 : read(file, text, size - 1);
	if (file >= 0)
		close(file);
	text[got > 0 ? got : 0] = 0;
}

/* A set of signals in that text (`SigIgn`, `SigCgt`), the first as the lowest bit; 0 where there is none. */
static uint64_t status_set(const char *text, const char *name)
{
	const char *at = strstr(text, name);
	return at != NULL ? strtoull(at + strlen(name), NULL, 16) : 0;
}

static int status_has(const char *text, const char *name, int signal)
{
	return (status_set(text, name) >> (signal - 1) & 1) != 0;
}

/* What the kernel says of a task that was born: its process (0 where it is gone), and whether that ignores SIGTRAP. */
static void task_read(struct task *task)
{
	char text[2048];
	task_status(task, text, sizeof text);
	const char *at = strstr(text, "\nTgid:");
	task->group = at ? (pid_t)atoi(at + 6) : 0;
	task->ignores_trap = status_has(text, "\nSigIgn:", SIGTRAP);
}

/* Whether the program has a handler for a signal. */
static int handles(const struct task *task, int signal)
{
	char text[2048];
	task_status(task, text, sizeof text);
	return status_has(text, "\nSigCgt:", signal);
}

/* Whether the program has a handler for any signal; those that libc keeps to itself (32 to 34) are not meant. */
static int has_handlers(const struct task *task)
{
	char text[2048];
	task_status(task, text, sizeof text);
	return (status_set(text, "\nSigCgt:") & ~((uint64_t)7 << 31)) != 0;
}

static void task_open(struct task *task)
{
	char path[48];
	snprintf(path, sizeof path, "/proc/%d/stat", (int)task->tid);
	task->stat = open(path, O_RDONLY | O_CLOEXEC);
}

static void task_close(const struct task *task)
{
	if (task->stat >= 0)
		close(task->stat);
}

/* NULL where there are too many. */
static struct task *task_add(pid_t tid)
{
	if (task_count == TASKS)
		return NULL;
	struct task *task = &tasks[task_count++];
	memset(task, 0, sizeof *task);
	task->tid = tid;
	task_read(task);
	task->masked = 1;
	task->index = tasks_born++;
	task_open(task);
	return task;
}

static void task_remove(struct task *task)
{
	task_close(task);
	if (tracking) {
		struct access access = {.task = task->index, .writes = 1, .phase = PHASE_ENDS};
		if (task->cleared != 0)
			word_reached(task->group, task->cleared, access);
		tracks_keep(task->index, &task->passes);
	}
	gone[gone_count++ % TASKS] = (struct gone){task->tid, task->group, task->index, task->leader};
	free(task->passes.table);
	/* The order of birth stays: rules that choose by number see the same list in every run. */
	memmove(task, task + 1, (size_t)(tasks + task_count - (task + 1)) * sizeof *task);
	task_count--;
}

static void tasks_clear(void)
{
	while (task_count > 0)
		task_remove(&tasks[task_count - 1]);
	gone_count = 0;
	tasks_born = 0;
}

/* Whether a time would end what it waits for. */
static int asleep(const struct task *task)
{
	return task->standing == SLEEPING || (task->standing == WAITING && task->wait.limited);
}

/* Whether it can go on now: also where a signal ends its sleep. */
static int ready(const struct task *task)
{
	return task->standing == ABLE || (task->standing == SLEEPING && task->wait.signalled);
}

/* Whether it can be chosen: it is ready, or would be after a time. */
static int eligible(const struct task *task)
{
	return task->standing == ABLE || asleep(task);
}

/* Whether another thread of the same process could run now: only then does it matter where this one is stopped. */
static int has_rival(const struct task *task)
{
	for (size_t i = 0; i < task_count; i++)
		if (&tasks[i] != task && tasks[i].group == task->group && eligible(&tasks[i]))
			return 1;
	return 0;
}

/* Whether any task but this one could go on now. */
static int others_ready(const struct task *task)
{
	for (size_t i = 0; i < task_count; i++)
		if (&tasks[i] != task && ready(&tasks[i]))
			return 1;
	return 0;
}

static int others_eligible(const struct task *task)
{
	int count = 0;
	for (size_t i = 0; i < task_count; i++)
		count += &tasks[i] != task && eligible(&tasks[i]);
	return count;
}

/* What the kernel says of it: R, S, D, t, Z, …; X where it is gone. */
static char kernel_state(const struct task *task)
{
	char text[512];
	ssize_t got = task->stat < 0 ? -1 : pread(task->stat, text, sizeof text - 1, 0);
	if (got <= 0)
		return 'X';
	text[got] = 0;
	/* Behind the name, which may hold anything. */
	const char *after = strrchr(text, ')');
	return after != NULL && after[1] == ' ' ? after[2] : 'X';
}

#endif
