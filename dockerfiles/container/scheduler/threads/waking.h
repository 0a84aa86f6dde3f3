/* A task is chosen that a time would wake (calls/sleep.h): its time is over now. */
#ifndef WAKING_H
#define WAKING_H

#include "tracing.h"

/* Signals that are to be taken by a task that is stopped, as the first one as the lowest bit; `handled`: those that the program has a handler for. */
static uint64_t signals_due(const struct task *task, uint64_t *handled)
{
	char text[2048];
	task_status(task, text, sizeof text);
	uint64_t due = (status_set(text, "\nSigPnd:") | status_set(text, "\nShdPnd:")) & ~status_set(text, "\nSigBlk:");
	*handled = due & status_set(text, "\nSigCgt:");
	return due;
}

/* Signals came: which of those that sleep could take one. */
static void notice_signalled(void)
{
	uint64_t handled;
	signals_changed = 0;
	for (size_t i = 0; i < task_count; i++)
		if (tasks[i].standing == SLEEPING)
			tasks[i].wait.signalled = signals_due(&tasks[i], &handled) != 0;
}

/* A call that was not made has ended, for the program. */
static enum stop end_call(struct task *task, long result)
{
	task->standing = ABLE;
	errno = 0;
	return ptrace(PTRACE_POKEUSER, task->tid, offsetof(struct user_regs_struct, rax), result) < 0 ? await_stop(task->tid) : STOP_STEP;
}

/* A signal ends a sleep where the program has a handler for it; else the sleep goes on behind it, as long as it would have. */
static enum stop leave_sleep(struct task *task, int handled)
{
	struct user_regs_struct registers;
	const struct limit limit = limit_of(task);
	if (handled) {
		tell_rest(task, &limit);
		return end_call(task, -EINTR);
	}
	if (ptrace(PTRACE_GETREGS, task->tid, 0, &registers) < 0)
		return await_stop(task->tid);
	task->standing = ABLE;
	task->wait.resumed = task->call_place;
	before_call(&registers);
	return ptrace(PTRACE_SETREGS, task->tid, 0, &registers) < 0 ? await_stop(task->tid) : STOP_STEP;
}

/*
 * Lets the time of a wait go by, at once: but where the program has timers, which are the kernel's and could come meanwhile. Returns 0 where the attempt's
 * time is over.
 */
static int pass_time(struct task *task, int nobody)
{
	uint64_t handled;
	while (run_end.timers && now() + skipped_ns < task->wait.until) {
		if (task->standing == SLEEPING ? signals_due(task, &handled) != 0 : kernel_state(task) != 'S')
			return 1;
		if (!attend(MS))
			return 0;
	}
	clock_reach(task, nobody);
	return attend(0);
}

static enum stop end_sleep(struct task *task)
{
	uint64_t handled, due = signals_due(task, &handled);
	task->wait.signalled = 0;
	if (due != 0)
		return leave_sleep(task, handled != 0);
	const struct limit limit = limit_of(task);
	if (limit.rest == limit.argument + 1)
		tell_rest(task, &limit);
	return end_call(task, 0);
}

/* A task that was stopped in a call without a limit: as if the limit had ended it. */
static void time_out(struct task *task)
{
	struct user_regs_struct registers;
	const struct limit limit = limit_of(task);
	limit_restore(task);
	if (ptrace(PTRACE_GETREGS, task->tid, 0, &registers) < 0)
		return;
	/* Some calls are not made again whatever interrupts them. What has come meanwhile is told. */
	if ((long long)registers.rax != MADE_AGAIN && (long long)registers.rax != -EINTR)
		return;
	task->wait.resumed = 0;
	registers.rax = (unsigned long long)(long long)limit.result;
	registers.orig_rax = (unsigned long long)-1;
	tell_nothing(task);
	ptrace(PTRACE_SETREGS, task->tid, 0, &registers);
}

/* Ends a wait in the kernel: by a stop that the program is not told of. The step behind the call may come first. */
static enum stop end_wait(struct task *task)
{
	pid_t tid = task->tid;
	int status;
	struct rusage usage;
	task->stopping = syscall(SYS_tgkill, task->group, tid, SIGSTOP) == 0;
	while (task->stopping && wait4(tid, &status, __WALL, &usage) == tid) {
		enum stop stop = take_status(tid, status, &usage);
		task = task_of(tid);
		if (stop != STOP_STEP || task == NULL)
			return stop;
		time_out(task);
		if (!task->stopping)
			return STOP_STEP;
		if (ptrace(PTRACE_SINGLESTEP, tid, 0, 0) < 0)
			break;
	}
	return await_stop(tid);
}

/* The chosen task's time is over; `nobody` else could go on. */
static enum stop wake(struct task *task, int nobody)
{
	/* It may have been woken by what is no task. */
	if (task->standing == WAITING && kernel_state(task) != 'S')
		return await_stop(task->tid);
	if (!task->wait.signalled && !pass_time(task, nobody))
		return STOP_GONE;
	if (task->standing == SLEEPING)
		return end_sleep(task);
	return kernel_state(task) == 'S' ? end_wait(task) : await_stop(task->tid);
}

#endif
