/* System calls as the scheduler sees them: which wait for others, and which it can have no part in. */
#ifndef CALLS_H
#define CALLS_H

#include <linux/futex.h>
#include <linux/sched.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>

#include "../program/startup.h"
#include "../threads/task.h"

#ifndef CLONE_UNTRACED
#define CLONE_UNTRACED 0x00800000
#endif

/* The task waits for others, and nothing but them can end that: no time, no device, no other program. */
static int call_waits_for_tasks(const struct task *task)
{
	int operation = (int)task->arguments[1] & FUTEX_CMD_MASK;
	if (asleep(task))
		return 0;
	switch (task->call) {
	case SYS_futex:
		return operation == FUTEX_LOCK_PI || task->arguments[3] == 0;
	case SYS_wait4:
	case SYS_waitid:
	case SYS_pause:
	case SYS_rt_sigsuspend:
		return 1;
	default:
		return task->vforking;
	}
}

/* Calls that make a signal come by itself, later. */
static int call_sets_timer(const struct task *task)
{
	return task->call == SYS_alarm || task->call == SYS_setitimer || task->call == SYS_timer_settime || task->call == SYS_timerfd_settime;
}

/* Calls that send a signal to somebody. */
static int call_signals(const struct task *task)
{
	switch (task->call) {
	case SYS_kill:
	case SYS_tkill:
	case SYS_tgkill:
	case SYS_rt_sigqueueinfo:
	case SYS_rt_tgsigqueueinfo:
		return 1;
	default:
		return call_sets_timer(task);
	}
}

/*
 * Of the call by which a task has just started another one: the word that the kernel clears when that ends, and the descriptor that libc has of it (its TLS);
 * each 0 where there is none. By its registers: up to the first thread, its calls are not met.
 */
static void call_names(pid_t tid, uint64_t *cleared, uint64_t *descriptor)
{
	struct user_regs_struct registers;
	if (ptrace(PTRACE_GETREGS, tid, 0, &registers) < 0)
		return;
	uint64_t where = registers.rdi, flags = where, word = registers.r10, own = registers.r8;
	int starts = registers.orig_rax == SYS_clone;
	if (registers.orig_rax == SYS_clone3)
		starts = peek(tid, where, &flags) && peek(tid, where + 16, &word) && peek(tid, where + 56, &own);
	*cleared = starts && (flags & CLONE_CHILD_CLEARTID) != 0 ? word : 0;
	*descriptor = starts && (flags & CLONE_SETTLS) != 0 ? own : 0;
}

/* NULL, or why a task that makes this call cannot be scheduled. */
static const char *call_refused(const struct task *task)
{
	uint64_t flags = task->arguments[0];
	if (task->call == SYS_ptrace)
		return "it traces processes itself (ptrace)";
	if (task->call == SYS_clone3 && !peek(task->tid, task->arguments[0], &flags))
		flags = 0;
	if ((task->call == SYS_clone || task->call == SYS_clone3) && (flags & CLONE_UNTRACED) != 0)
		return "it starts a thread that may not be traced (CLONE_UNTRACED)";
	return NULL;
}

#endif
