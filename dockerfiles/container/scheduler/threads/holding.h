/*
 * A held attempt: all threads run freely, at the same time and at full speed, but that one of them is kept where it stands when it comes to the hold's place
 * (held.h). The processor watches for that place, so that the program's memory is not touched. System calls are not seen: of a program that begins to ignore
 * SIGTRAP while it has several threads, the kernel forgets that where a thread comes to the place.
 */
#ifndef HOLDING_H
#define HOLDING_H

#include "../rules/held.h"
#include "knots.h"

/* So long nothing happens before it is asked whether nothing ever will. */
#define QUIET_NS (20 * MS)

/* Where the run is to be stopped dead at the hold, the task stands there until that is done. */
static int is_held(const struct task *task)
{
	return held.tid == task->tid && (now() < held.until || catching == CATCH_HELD);
}

/* Has the processor stop a stopped task at the hold's place, as long as nobody was held. */
static void hold_arm(struct task *task)
{
	if (task->running || held.thread >= 0 || tasks_born < 2 || hold_now.place[0] == 0)
		return;
	uint64_t address = place_address(task->group, hold_now.place);
	if (address == 0 || (task->watching && watches(task, address)))
		return;
	char text[2048];
	task_status(task, text, sizeof text);
	task->ignores_trap |= status_has(text, "\nSigIgn:", SIGTRAP);
	trap_unblock(task);
	watch_one(task, address);
}

static void hold_arrived(struct task *task)
{
	if (held.thread >= 0) {
		watch_end(task);
		return;
	}
	if (++held.passes < hold_now.pass)
		return;
	held.thread = (int)task->index;
	held.tid = task->tid;
	held.until = now() + hold_now.ms * MS;
	watch_end(task);
}

/* Whether the run is to be stopped dead, now that a task was held for as long as it should be. */
static int held_enough(void)
{
	const struct task *task = catching == CATCH_HELD && held.thread >= 0 && now() >= held.until ? task_of(held.tid) : NULL;
	if (task == NULL)
		return 0;
	run_end.caught = task->tid;
	run_end.group = task->group;
	return 1;
}

/* All that stand go on, but the one that is held. */
static void all_go_on(void)
{
	for (size_t i = 0; i < task_count; i++) {
		struct task *task = &tasks[i];
		if (task->running || task->standing != ABLE || is_held(task))
			continue;
		hold_arm(task);
		task->running = resume(task, PTRACE_CONT) == 0;
	}
}

static void take_news(pid_t tid, int status, const struct rusage *usage)
{
	struct task *task = task_of(tid);
	if (task == NULL && WIFSTOPPED(status) && status >> 16 != PTRACE_EVENT_EXEC) {
		birth_early(tid);
		return;
	}
	/* Each thread is heard of by itself, also where a whole process ends, or becomes another. */
	if (!WIFSTOPPED(status)) {
		note_end(tid, status, usage);
		if (task != NULL)
			task_remove(task);
		return;
	}
	enum stop stop = take_status(tid, status, usage);
	/* It may have another number by now (exec). */
	task = task_of(tid);
	if (task != NULL)
		task->running = 0;
	if (stop == STOP_WATCHED && task != NULL)
		hold_arrived(task);
}

/* Of a task that runs: the system call that it waits in, without a limit of time; 0 where it does not. */
static int waits_for_ever(struct task *task)
{
	char path[48], text[256];
	unsigned long long arguments[4];
	snprintf(path, sizeof path, "/proc/%d/syscall", (int)task->tid);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = file < 0 ? -1 : read(file, text, sizeof text - 1);
	if (file >= 0)
		close(file);
	text[got > 0 ? got : 0] = 0;
	if (kernel_state(task) != 'S' || sscanf(text, "%ld %llx %llx %llx %llx", &task->call, &arguments[0], &arguments[1], &arguments[2], &arguments[3]) != 5)
		return 0;
	for (int i = 0; i < 4; i++)
		task->arguments[i] = arguments[i];
	const char *last = strrchr(text, ' ');
	task->call_place = last != NULL ? strtoull(last, NULL, 16) : 0;
	return call_waits_for_tasks(task);
}

/* How often all tasks together have let go of the processor: while that stays the same, none of those that sleep has run. */
static uint64_t times_let_go(void)
{
	char text[2048];
	uint64_t sum = 0;
	for (size_t i = 0; i < task_count; i++) {
		task_status(&tasks[i], text, sizeof text);
		const char *own = strstr(text, "\nvoluntary_ctxt_switches:"), *other = strstr(text, "\nnonvoluntary_ctxt_switches:");
		sum += (own ? strtoull(own + 25, NULL, 10) : 0) + (other ? strtoull(other + 28, NULL, 10) : 0);
	}
	return sum;
}

/* Whether every task waits for another one, for ever. Then the knots say why. */
static int nobody_goes_on(void)
{
	uint64_t before = times_let_go();
	for (size_t i = 0; i < task_count; i++)
		if (!tasks[i].running || !waits_for_ever(&tasks[i]))
			return 0;
	if (times_let_go() != before)
		return 0;
	for (size_t i = 0; i < task_count; i++)
		tasks[i].standing = WAITING;
	int dead = deadlocked();
	for (size_t i = 0; i < task_count; i++)
		tasks[i].standing = ABLE;
	return dead;
}

/* Runs the tasks to the end of the attempt. */
static void run_held(void)
{
	uint64_t quiet = now();
	while (!run_end.ended && !run_end.over && run_end.refused == NULL && run_end.caught == 0 && task_count > 0) {
		int status;
		struct rusage usage;
		if (held_enough())
			break;
		all_go_on();
		pid_t got = wait4(-1, &status, WNOHANG | __WALL, &usage);
		if (got > 0) {
			take_news(got, status, &usage);
			quiet = now();
			continue;
		}
		if ((got < 0 && errno == ECHILD) || !attend(MS))
			break;
		if (now() < held.until || now() - quiet < QUIET_NS)
			continue;
		quiet = now();
		if (nobody_goes_on()) {
			run_end.deadlock = 1;
			break;
		}
	}
	/* For whoever stops them: they are in no stop of ours. */
	for (size_t i = 0; i < task_count; i++)
		if (tasks[i].running)
			tasks[i].standing = WAITING;
}

#endif
