/* A task goes on for a while: by single steps, or freely to its next system call. */
#ifndef STEPPING_H
#define STEPPING_H

#include "points.h"
#include "rule.h"
#include "tracing.h"
#include "watch.h"

/* A repeated string instruction is not parted from itself, but within reason. */
enum { CLOCK_STEPS = 4096, REPEAT_MOST = 65536 };

static uint64_t place_of(const struct task *task)
{
	errno = 0;
	return (uint64_t)ptrace(PTRACE_PEEKUSER, task->tid, offsetof(struct user_regs_struct, rip), 0);
}

/* The address at which a stepped task is to be stopped, and at which pass of it; 0: none. */
struct target {
	uint64_t address, pass;
};

static struct target target_of(struct task *task)
{
	const struct turn *turn = next_turn(task);
	if (rule.kind != RULE_PLAY || turn == NULL || !at_place(turn))
		return (struct target){0, 0};
	return (struct target){place_address(task->group, turn->place), turn->pass};
}

/* The task is at an address: counts that, and says whether it is its target. */
static int arrives(struct task *task, uint64_t address, const struct target *target)
{
	uint64_t count = pass_add(&task->passes, address);
	if (rule.kind == RULE_PLAY)
		return count >= target->pass && address == target->address;
	if ((rule.kind != RULE_PREEMPT && rule.kind != RULE_COUNT) || task->passes.repeats || task->passes.size == 0)
		return 0;
	struct pass *pass = pass_slot(&task->passes, address);
	if (pass->point == 0)
		pass->point = is_point(task->tid, address) ? 2 : 1;
	return pass->point == 2 && rule_pass_point();
}

/* One step that went well: where it led. 0 where it did not: then `stop` says what came. */
static uint64_t stepped_to(struct task *task, enum stop *stop)
{
	siginfo_t info;
	if (ptrace(PTRACE_GETSIGINFO, task->tid, 0, &info) < 0)
		return 0;
	/* Its address is that of the instruction that comes next. */
	if (info.si_code == TRAP_TRACE)
		return (uint64_t)(uintptr_t)info.si_addr;
	*stop = signalled(task, SIGTRAP);
	return *stop == STOP_STEP ? place_of(task) : 0;
}

/* Steps a task until its quantum is over (STOP_STEP), it is at its target (STOP_WATCHED), at a system call, or something happens to it. */
static enum stop step(struct task *task, uint64_t quantum)
{
	pid_t tid = task->tid;
	struct target target = target_of(task);
	uint64_t steps = 0, extra = 0;
	enum stop stop = STOP_STEP;
	if (!task->passes.counted && arrives(task, place_of(task), &target))
		return STOP_WATCHED;
	while (steps < quantum || (task->passes.repeats && extra++ < REPEAT_MOST)) {
		int status;
		pid_t got;
		if (resume(task, PTRACE_SYSEMU_SINGLESTEP) < 0)
			return await_stop(tid);
		while ((got = wait4(-1, &status, __WALL, NULL)) != tid && got > 0)
			/* Others are stopped: it was killed, and this one may be with it. */
			take_status(got, status, &(struct rusage){0});
		task = task_of(tid);
		if (got < 0 || task == NULL)
			return STOP_GONE;
		steps++;
		if (status != STEP_STOP) {
			stop = take_status(tid, status, &(struct rusage){0});
			break;
		}
		uint64_t address = stepped_to(task, &stop);
		if (address == 0)
			break;
		if (arrives(task, address, &target)) {
			stop = STOP_WATCHED;
			break;
		}
		if (steps % CLOCK_STEPS == 0 && !attend(0))
			break;
	}
	task = task_of(tid);
	if (task != NULL)
		rule_count(task, steps);
	return stop;
}

/* Runs a task freely until it makes a system call, comes to a watched place, or something happens to it. */
static enum stop run_free(struct task *task)
{
	pid_t tid = task->tid;
	if (resume(task, PTRACE_SYSEMU) < 0)
		return await_stop(tid);
	for (uint64_t spins = 0;; spins++) {
		int status;
		struct rusage usage;
		pid_t got = wait4(tid, &status, WNOHANG | __WALL, &usage);
		if (got == tid)
			return take_status(tid, status, &usage);
		if (got < 0 || kernel_state(task) == 'Z')
			return await_stop(tid);
		if (spins < 20)
			sched_yield();
		else if (!attend(MS))
			return STOP_GONE;
	}
}

#endif
