/*
 * The program's own SIGTRAP. A step and a watched place end in that signal, and where a thread blocks it or the program ignores it, the kernel forces it:
 * it takes the program's handler away. So no thread blocks it while it is under control, and what is ignored is not delivered (tracing.h).
 */
#ifndef TRAPS_H
#define TRAPS_H

#include <signal.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

#include "../program/memory.h"
#include "task.h"

/* A stopped thread is about to be stepped or watched. */
static void trap_unblock(struct task *task)
{
	uint64_t blocked;
	if (!task->masked)
		return;
	task->masked = 0;
	if (ptrace(PTRACE_GETSIGMASK, task->tid, sizeof blocked, &blocked) < 0 || (blocked & TRAP_BIT) == 0)
		return;
	blocked &= ~TRAP_BIT;
	ptrace(PTRACE_SETSIGMASK, task->tid, sizeof blocked, &blocked);
}

/* Whether a call is to block it: then it is made without a step at its end. */
static int call_blocks_trap(const struct task *task)
{
	uint64_t set;
	return task->call == SYS_rt_sigprocmask && task->arguments[0] != SIG_UNBLOCK && task->arguments[1] != 0 && peek(task->tid, task->arguments[1], &set) &&
	       (set & TRAP_BIT) != 0;
}

/* A thread makes a system call: whether its process is to ignore SIGTRAP from now on. */
static void note_ignored(const struct task *task)
{
	uint64_t handler;
	if (task->call != SYS_rt_sigaction || task->arguments[0] != SIGTRAP || task->arguments[1] == 0 || !peek(task->tid, task->arguments[1], &handler))
		return;
	for (size_t i = 0; i < task_count; i++)
		if (tasks[i].group == task->group)
			tasks[i].ignores_trap = handler == (uint64_t)(uintptr_t)SIG_IGN;
}

#endif
