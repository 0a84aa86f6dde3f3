/* A task goes on for a while: by single steps, or freely to its next system call. */
#ifndef STEPPING_H
#define STEPPING_H

#include "../rules/rule.h"
#include "tracing.h"
#include "watch.h"

enum { LOOP_PASSES = 256, CLOCK_STEPS = 4096, OPERANDS = 1 << 16 };
/* Where runs are measured, steps that are looked at, of all of them together; what comes after them is run freely. */
enum { MEASURED_STEPS = 400000 };
static uint64_t measured_left = MEASURED_STEPS;
/* What a task may compute while others are ready, and nothing stops it: what spins is told by that. */
#define HOLDUP_NS (5 * MS)

/* Every task is stepped at any time, so that its instructions can be counted (`paces`). */
static int paced;
/* The task and the pace at which a run is to be stopped dead. */
static uint32_t pace_index;
static uint64_t pace_wanted;

static int is_measured(void)
{
	return tracking && measured_left > 0;
}

static uint64_t place_of(const struct task *task)
{
	errno = 0;
	return (uint64_t)ptrace(PTRACE_PEEKUSER, task->tid, offsetof(struct user_regs_struct, rip), 0);
}

/* Addresses at which a stepped task is to be stopped. */
struct targets {
	size_t count;
	uint64_t addresses[DEPTH_MOST];
};

static struct targets targets_of(struct task *task)
{
	struct targets targets = {0};
	/* Of a list the next one alone: it is looked for again behind it. */
	if (rule_now.kind == RULE_PLAY) {
		const struct turn *turn = next_turn(task);
		if (turn != NULL && turn->why == CHOSEN)
			targets.addresses[targets.count++] = place_address(task->group, turn->place);
		return targets;
	}
	for (size_t at = 0; at < aim_count;) {
		uint64_t address = next_watched(task, &at);
		if (address != 0)
			targets.addresses[targets.count++] = address;
	}
	return targets;
}

/* What instructions reach, by the number that a pass keeps; 0 is none. */
static struct operand operands[OPERANDS];
static uint32_t operand_count = 1;

/* Takes note of what the instruction reaches that the task stands before. */
static void measure(struct task *task, uint64_t address)
{
	struct user_regs_struct registers;
	struct pass *pass = task->passes.size > 0 ? pass_slot(&task->passes, address) : NULL;
	if (pass == NULL || task->passes.repeats)
		return;
	if (pass->operand == 0) {
		if (operand_count == OPERANDS)
			operand_count = 1;
		operands[operand_count] = operand_at(task->tid, address);
		pass->operand = operand_count++;
		pass->depth = task->life.depth;
	}
	const struct operand *operand = &operands[pass->operand];
	measured_left--;
	if ((operand->reach == REACHES_NOTHING && operand->flow == GOES_ON) || ptrace(PTRACE_GETREGS, task->tid, 0, &registers) < 0)
		return;
	life_goes_on(&task->life, operand, address, registers.rsp);
	if (operand->reach != REACHES_NOTHING)
		operand_reached(operand, &registers, task->group, task->index | (task->handling ? HANDLER : 0), task->life.phase);
}

/*
 * Where a task is to run to freely, since it is in a loop that holds nothing new, or 0. A repeated string instruction, which is not parted from itself: to
 * the next one. Where a run is measured, a loop that has been seen enough of: to the end of the function that it is in, but the program's outermost one.
 */
static uint64_t beyond_loop(struct task *task, uint64_t address)
{
	if (task->passes.repeats) {
		int length = operand_at(task->tid, address).length;
		return length > 0 ? address + (uint64_t)length : 0;
	}
	return is_measured() && pass_count(&task->passes, address) % LOOP_PASSES == 0 ? life_returns_to(&task->life) : 0;
}

/* The task is at an address: counts that, and says whether it is to be stopped there. */
static int arrives(struct task *task, uint64_t address, const struct targets *targets)
{
	uint64_t count = pass_add(&task->passes, address);
	if (is_measured())
		measure(task, address);
	for (size_t i = 0; i < targets->count; i++)
		if (targets->addresses[i] == address)
			return rule_now.kind == RULE_PLAY ? count >= next_turn(task)->pass : aim_due(task, address) != NULL;
	return 0;
}

/* Whether the run is to be stopped dead before the task's next instruction. */
static int at_pace(struct task *task)
{
	if (catching != CATCH_PACE || task->index != pace_index || task->paces != pace_wanted)
		return 0;
	run_end.caught = task->tid;
	run_end.group = task->group;
	return 1;
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

static enum stop run_watched(struct task *task);

/* Steps a task until its quantum is over (STOP_STEP), it is at its target (STOP_WATCHED), at a system call, or something happens to it. */
static enum stop step(struct task *task, uint64_t quantum)
{
	pid_t tid = task->tid;
	struct targets targets = targets_of(task);
	int counts = rule_now.kind == RULE_COUNT || has_rival(task);
	static uint64_t since_clock;
	uint64_t steps = 0;
	enum stop stop = STOP_STEP;
	task->just_called = 0;
	if (counts && !task->passes.counted && arrives(task, place_of(task), &targets))
		return STOP_WATCHED;
	if (at_pace(task))
		return STOP_STEP;
	while (steps < quantum) {
		int status;
		pid_t got;
		trap_unblock(task);
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
		task->paces++;
		uint64_t address = stepped_to(task, &stop);
		if (address == 0)
			break;
		if (counts && arrives(task, address, &targets)) {
			stop = STOP_WATCHED;
			break;
		}
		uint64_t beyond = counts ? beyond_loop(task, address) : 0;
		if (beyond != 0 && watch_one(task, beyond)) {
			rule_count(task, steps);
			return run_watched(task);
		}
		if (at_pace(task))
			break;
		if (++since_clock % CLOCK_STEPS == 0 && !attend(0))
			break;
	}
	task = task_of(tid);
	if (task != NULL)
		rule_count(task, steps);
	return stop;
}

static uint64_t computed_by(pid_t group)
{
	clockid_t clock;
	struct timespec time;
	if (clock_getcpuclockid(group, &clock) != 0 || clock_gettime(clock, &time) != 0)
		return 0;
	return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

/* Stops a task that runs freely and holds up the others. */
static enum stop stop_holdup(pid_t tid)
{
	int status;
	struct rusage usage;
	struct task *task = task_of(tid);
	task->stopping = syscall(SYS_tgkill, task->group, tid, SIGSTOP) == 0;
	if (!task->stopping || wait4(tid, &status, __WALL, &usage) != tid)
		return await_stop(tid);
	enum stop stop = take_status(tid, status, &usage);
	if (stop == STOP_STEP && (task = task_of(tid)) != NULL)
		task->streak = FAIR_STEPS;
	return stop;
}

/* Delivers a signal: to the first instruction of its handler, where there is one. */
static enum stop deliver(struct task *task)
{
	if (task->signal == 0)
		return STOP_STEP;
	trap_unblock(task);
	pid_t tid = task->tid;
	resume(task, PTRACE_SYSEMU_SINGLESTEP);
	return await_stop(tid);
}

/*
 * Runs a task freely until it makes a system call, comes to a watched place, or something happens to it; where others are `held_up` by that, no longer than
 * what does more than wait by spinning.
 */
static enum stop run_free(struct task *task, int held_up)
{
	pid_t tid = task->tid, group = task->group;
	uint64_t began = 0;
	task->just_called = 0;
	rule_stops++;
	enum stop stop = deliver(task);
	if (stop != STOP_STEP)
		return stop;
	trap_unblock(task);
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
		if (spins < 20) {
			sched_yield();
			continue;
		}
		if (!attend(MS))
			return STOP_GONE;
		if (held_up && began == 0)
			began = computed_by(group);
		else if (held_up && computed_by(group) - began > HOLDUP_NS)
			return stop_holdup(tid);
	}
}

/* Runs a task freely to a place that the processor watches. */
static enum stop run_watched(struct task *task)
{
	uint32_t index = task->index;
	enum stop stop = run_free(task, 1);
	struct task *same = task_numbered(index);
	if (stop == STOP_WATCHED && same != NULL)
		pass_add(&same->passes, place_of(same));
	return stop;
}

#endif
