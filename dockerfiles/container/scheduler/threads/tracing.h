/*
 * One task goes on, and what stopped it again. Whether a task waits in the kernel is told by the kernel's own word for it (/proc/TID/stat), and never
 * by how long it takes: all others are stopped, so what waits, waits until one of them goes on.
 */
#ifndef TRACING_H
#define TRACING_H

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/user.h>
#include <sys/wait.h>

#include "../calls/calls.h"
#include "../calls/sleep.h"
#include "../program/startup.h"
#include "../switches.h"
#include "task.h"
#include "traps.h"
#include "watch.h"

#ifndef PTRACE_SYSEMU
#define PTRACE_SYSEMU 31
#define PTRACE_SYSEMU_SINGLESTEP 32
#endif
enum { STEP_STOP = SIGTRAP << 8 | 0x7f, CALL_STOP = (SIGTRAP | 0x80) << 8 | 0x7f };
enum { TRACE_OPTIONS = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL };
enum { HARDWARE_BREAKPOINT = 4 };
/* What Linux runs 32-bit programs in (arch/x86/include/asm/segment.h, __USER32_CS). */
enum { SEGMENT_32 = 0x23 };

/* What stopped a task. */
enum stop { STOP_STEP, STOP_CALL, STOP_WATCHED, STOP_SIGNAL, STOP_EVENT, STOP_WAITS, STOP_GONE };

/*
 * Given by who hosts the scheduler: looks after the output, the time and the commands for at most so long, or until a child changes. Returns 0 where the
 * attempt's time is over; then it has killed it.
 */
static int attend(uint64_t ns);
/* Nanoseconds of a clock that goes on evenly. */
static uint64_t now(void);

/* Of the attempt: its first process and how it ended, why it cannot be scheduled, and what was met on the way. */
struct run_end {
	pid_t first;
	int ended, status;
	struct rusage usage;
	const char *refused;
	int timers, over, deadlock;
	/* Stopped dead: the task at which, and its process. */
	pid_t caught, group;
	/* The last signal that a fault sent, and where. */
	int signal;
	uint32_t faulted;
	uint64_t fault_steps, fault_address, fault_place;
	char fault_name[PLACE_BYTES];
};
static struct run_end run_end;

/*
 * Where a run is to be stopped dead: nowhere, at a crash, at an instruction of a task (stepping.h), when a task has been held for its time (holding.h), or (from 0)
 * at that switch of the list that is played.
 */
enum { CATCH_NOTHING = -1, CATCH_CRASH = -2, CATCH_PACE = -3, CATCH_HELD = -4 };
static long catching = CATCH_NOTHING;

/* Set where a task ended or made a system call: others may go on by that. */
static int others_changed;
/* Set where a task may have sent a signal, or the kernel may send one. */
static int signals_changed;

/* Tasks whose first stop was met before the word of their birth: where several run at a time, either may come first. */
static pid_t early[TASKS];
static size_t early_count;

static void birth_early(pid_t tid)
{
	if (early_count < TASKS)
		early[early_count++] = tid;
}

/* Waits for the first stop of a task that was born. */
static int await_birth(pid_t tid)
{
	int status;
	for (size_t i = 0; i < early_count; i++)
		if (early[i] == tid) {
			early[i] = early[--early_count];
			return 1;
		}
	return waitpid(tid, &status, __WALL) == tid && WIFSTOPPED(status);
}

static void born(pid_t parent_tid, int event)
{
	unsigned long tid = 0;
	if (ptrace(PTRACE_GETEVENTMSG, parent_tid, 0, &tid) < 0 || !await_birth((pid_t)tid))
		return;
	struct task *child = task_add((pid_t)tid);
	if (child == NULL) {
		run_end.refused = "it has more than 512 threads";
		return;
	}
	rule_born(child);
	struct task *parent = task_of(parent_tid);
	child->leader = child->index;
	if (parent != NULL) {
		int thread = parent->group == child->group;
		child->leader = thread ? parent->leader : child->index;
		child->parent = thread ? parent->parent : parent->group;
		call_names(parent_tid, &child->cleared, &child->descriptor);
	}
	if (tracking && parent != NULL) {
		order_tell(parent->index, child->index);
		child->life.phase = parent->group == child->group ? PHASE_BORN : PHASE_BODY;
	}
	if (event == PTRACE_EVENT_VFORK && parent != NULL)
		parent->vforking = 1;
}

/* What a program of 32 bits asks of the kernel has other numbers, and its instructions are others. */
static void refuse_other_programs(pid_t tid)
{
	errno = 0;
	long segment = ptrace(PTRACE_PEEKUSER, tid, offsetof(struct user_regs_struct, cs), 0);
	if (errno == 0 && segment == SEGMENT_32)
		run_end.refused = "it is a 32-bit program, and only x86-64 programs can be";
}

/* A thread became another program: it has its process's number now, and the other threads are gone. */
static void became(pid_t tid)
{
	unsigned long former = (unsigned long)tid;
	ptrace(PTRACE_GETEVENTMSG, tid, 0, &former);
	struct task *self = task_of((pid_t)former);
	if (self != NULL) {
		uint32_t index = self->index;
		for (size_t i = task_count; i-- > 0;)
			if (tasks[i].group == tid && tasks[i].index != index)
				task_remove(&tasks[i]);
		self = task_numbered(index);
		self->tid = tid;
		task_close(self);
		task_open(self);
		free(self->passes.table);
		self->passes = (struct passes){0};
	}
	mappings_forget();
	refuse_other_programs(tid);
	if (rule_now.kind != RULE_HOLD)
		startup_settle(tid);
}

/* A fault of the program's own: where, for the tale. */
static void note_fault(struct task *task, int signal, const siginfo_t *info)
{
	struct user_regs_struct registers;
	if (ptrace(PTRACE_GETREGS, task->tid, 0, &registers) < 0)
		return;
	if (catching == CATCH_CRASH && (info->si_code > 0 || signal == SIGABRT)) {
		run_end.caught = task->tid;
		run_end.group = task->group;
	}
	run_end.signal = signal;
	run_end.faulted = task->index;
	run_end.fault_steps = task->steps;
	run_end.fault_address = info->si_code > 0 ? (uint64_t)(uintptr_t)info->si_addr : 0;
	run_end.fault_place = registers.rip;
	place_name(task->group, registers.rip, run_end.fault_name, sizeof run_end.fault_name);
}

static void note_end(pid_t tid, int status, const struct rusage *usage)
{
	others_changed = signals_changed = 1;
	if (tid != run_end.first || run_end.ended)
		return;
	run_end.ended = 1;
	run_end.status = status;
	run_end.usage = *usage;
}

/* A whole process is ending: its threads, the first one last, since it cannot be waited for before. */
static void end_group(pid_t group)
{
	for (size_t i = task_count; i-- > 0;) {
		int status;
		struct rusage usage;
		if (tasks[i].group != group)
			continue;
		pid_t tid = tasks[i].tid;
		task_remove(&tasks[i]);
		while (tid != group && waitpid(tid, &status, __WALL) == tid && WIFSTOPPED(status))
			ptrace(PTRACE_CONT, tid, 0, 0);
		while (tid == group && wait4(tid, &status, __WALL, &usage) == tid) {
			if (!WIFSTOPPED(status)) {
				note_end(tid, status, &usage);
				break;
			}
			ptrace(PTRACE_CONT, tid, 0, 0);
		}
	}
}

static enum stop ended(struct task *task, pid_t tid, int status, const struct rusage *usage)
{
	note_end(tid, status, usage);
	if (task == NULL)
		return STOP_GONE;
	pid_t group = task->group;
	int whole = WIFSIGNALED(status) || task->call == SYS_exit_group;
	task_remove(task);
	if (whole)
		end_group(group);
	return STOP_GONE;
}

/* Whether a signal is one by which programs crash. */
static int is_crash(int signal)
{
	static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
	for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
		if (signal == crashes[i])
			return 1;
	return 0;
}

static enum stop signalled(struct task *task, int signal)
{
	siginfo_t info;
	if (ptrace(PTRACE_GETSIGINFO, task->tid, 0, &info) < 0) {
		/* A stop of the whole process: it goes on when somebody tells it to. */
		task->standing = HALTED;
		return STOP_EVENT;
	}
	if (signal == SIGSTOP && task->stopping && info.si_code == SI_TKILL) {
		task->stopping = 0;
		return STOP_STEP;
	}
	if (signal == SIGTRAP && info.si_code == HARDWARE_BREAKPOINT)
		return STOP_WATCHED;
	if (signal == SIGTRAP && (info.si_code == TRAP_TRACE || info.si_code == TRAP_BRKPT || info.si_code == SIGTRAP ||
				  (info.si_code == SI_USER && info.si_pid == 0)))
		return STOP_STEP;
	/* One that was sent; what the processor does is never ignored. */
	if (signal == SIGTRAP && task->ignores_trap && info.si_code <= 0)
		return STOP_STEP;
	if (is_crash(signal))
		note_fault(task, signal, &info);
	if (signal == SIGCONT)
		for (size_t i = 0; i < task_count; i++)
			if (tasks[i].standing == HALTED)
				tasks[i].standing = ABLE;
	task->signal = signal;
	return STOP_SIGNAL;
}

/* Takes note of what wait4 said of a task. */
static enum stop take_status(pid_t tid, int status, const struct rusage *usage)
{
	struct task *task = task_of(tid);
	int event = status >> 16;
	if (!WIFSTOPPED(status))
		return ended(task, tid, status, usage);
	if (event == PTRACE_EVENT_EXEC) {
		became(tid);
		task = task_of(tid);
	}
	if (task == NULL)
		return STOP_GONE;
	task->standing = ABLE;
	task->passes.counted = 0;
	if (status == CALL_STOP) {
		task->at_call = 1;
		return STOP_CALL;
	}
	if (event == 0)
		return signalled(task, WSTOPSIG(status));
	if (event != PTRACE_EVENT_EXEC)
		born(tid, event);
	return STOP_EVENT;
}

/* Lets a task go on, delivering what is due to it. */
static int resume(struct task *task, int request)
{
	int signal = task->signal;
	task->signal = 0;
	/* Its handler may block others. */
	task->masked |= signal != 0;
	task->handling |= tracking && signal != 0 && handles(task, signal);
	if (signal == SIGKILL)
		signal = 0;
	return ptrace(request, task->tid, 0, signal);
}

static int has_mates(const struct task *task)
{
	for (size_t i = 0; i < task_count; i++)
		if (&tasks[i] != task && tasks[i].group == task->group)
			return 1;
	return 0;
}

/* A task is no more, and cannot be waited for: the first thread of a process stays a zombie while others live. */
static enum stop vanished(struct task *task)
{
	pid_t group = task->group;
	others_changed = 1;
	if (task->tid == group && task->call != SYS_exit)
		end_group(group);
	else
		task_remove(task);
	return STOP_GONE;
}

/* What the kernel says of the first thread of a process, which was gone: another one has its number by now, or the process has ended. */
static enum stop take_first(pid_t group)
{
	int status;
	struct rusage usage;
	if (wait4(group, &status, WNOHANG | __WALL, &usage) != group)
		return STOP_WAITS;
	if (WIFSTOPPED(status))
		return take_status(group, status, &usage);
	note_end(group, status, &usage);
	end_group(group);
	return STOP_GONE;
}

/*
 * A thread that becomes another program ends all others of its process, and waits until their tracer has heard of that (ptrace(2), "execve(2) under ptrace").
 * Where it is not the first, its new number is the first one's: what stops it then is told of that.
 */
static enum stop end_mates(pid_t tid, pid_t group)
{
	for (size_t i = task_count; i-- > 0;) {
		int status;
		struct rusage usage;
		pid_t mate = tasks[i].tid;
		if (mate == tid || tasks[i].group != group || wait4(mate, &status, WNOHANG | __WALL, &usage) != mate)
			continue;
		if (WIFSTOPPED(status))
			return take_status(mate, status, &usage);
		others_changed = 1;
		task_remove(&tasks[i]);
	}
	return task_of(group) == NULL ? take_first(group) : STOP_WAITS;
}

static int becomes_another(const struct task *task)
{
	return task->call == SYS_execve || task->call == SYS_execveat;
}

/* Waits for a task that is not stopped: until it is, or waits for others. */
static enum stop await_stop(pid_t tid)
{
	for (unsigned round = 0;; round++) {
		int status;
		struct rusage usage;
		struct task *task = task_of(tid);
		pid_t got = wait4(tid, &status, WNOHANG | __WALL, &usage);
		if (got == tid)
			return take_status(tid, status, &usage);
		if (task == NULL)
			return STOP_GONE;
		char state = kernel_state(task);
		if (got < 0 && becomes_another(task) && tid != task->group) {
			pid_t group = task->group;
			enum stop stop = end_mates(tid, group);
			if (stop != STOP_WAITS)
				return stop;
			/* Its own number is no more, and the other one not told of yet. */
			if (kill(group, 0) == 0 && attend(round < 50 ? 0 : 200000)) {
				sched_yield();
				continue;
			}
			task = task_of(tid);
		}
		if (got < 0 || (state == 'Z' && tid == task->group && has_mates(task)))
			return vanished(task);
		if (state == 'S' || (state == 'D' && task->vforking)) {
			task->standing = WAITING;
			return STOP_WAITS;
		}
		if (becomes_another(task) && has_mates(task)) {
			enum stop stop = end_mates(tid, task->group);
			if (stop != STOP_WAITS)
				return stop;
		}
		if (round < 50)
			sched_yield();
		else if (!attend(200000))
			return STOP_GONE;
	}
}

/* Both `syscall` and `int 0x80` take two bytes. */
static void before_call(struct user_regs_struct *registers)
{
	registers->rip -= 2;
	registers->rax = registers->orig_rax;
	registers->orig_rax = (unsigned long long)-1;
}

/* A task was let go into a system call, and stopped: over the threads and programs that it started on the way, to the call's end. */
static enum stop finish_call(pid_t tid, enum stop stop)
{
	struct task *task;
	while (stop == STOP_EVENT && (task = task_of(tid)) != NULL && task->standing == ABLE && run_end.refused == NULL) {
		if (resume(task, PTRACE_SINGLESTEP) < 0)
			break;
		stop = await_stop(tid);
	}
	task = task_of(tid);
	if (task != NULL && stop != STOP_WAITS)
		task->vforking = 0;
	return stop;
}

/* Makes a call that would block SIGTRAP, from its entry to its end: a step there would be taken for a signal that is blocked. */
static enum stop make_masking_call(struct task *task)
{
	pid_t tid = task->tid;
	for (int at = 0; at < 2; at++) {
		resume(task, PTRACE_SYSCALL);
		enum stop stop = await_stop(tid);
		if (stop != STOP_CALL)
			return stop;
		task->at_call = 0;
	}
	task->masked = 1;
	trap_unblock(task);
	return STOP_STEP;
}

/* Takes note of the system call that a task is about to make. */
static void note_call(struct task *task, struct user_regs_struct *registers)
{
	task->call = (long)registers->orig_rax;
	for (int i = 0; i < 6; i++)
		task->arguments[i] = *argument_of(registers, i);
	task->call_place = registers->rip;
	/* A handler ran meanwhile, and makes calls of its own. */
	if (task->wait.resumed != task->call_place)
		task->wait.resumed = 0;
	/* What a program does alone is counted nowhere: not every rule sees it, and another may have started it. */
	int several = tasks_born > 1;
	task->calls += several;
	task->just_called = several;
	task->paces += several;
	/* It says itself that it does nothing but wait. */
	if (task->call == SYS_sched_yield)
		task->streak += YIELD_STEPS;
	rule_stops += 2;
	run_end.timers |= call_sets_timer(task);
	signals_changed |= call_signals(task);
	note_ignored(task);
	if (task->call == SYS_rt_sigreturn)
		task->handling = 0;
}

/*
 * Lets a task into the system call at whose entry it stands. It was kept from being made (PTRACE_SYSEMU), which is how it was seen before: so the task goes back to
 * the instruction, and steps over it.
 */
static enum stop enter_call(struct task *task, struct user_regs_struct *registers)
{
	pid_t tid = task->tid;
	int status;
	trap_unblock(task);
	before_call(registers);
	/* It comes to the instruction a second time, which is not to stop it again. */
	if (task->watching && watches(task, registers->rip))
		watch_end(task);
	if (ptrace(PTRACE_SETREGS, tid, 0, registers) < 0 || ptrace(PTRACE_SINGLESTEP, tid, 0, 0) < 0)
		return await_stop(tid);
	if (waitpid(tid, &status, __WALL) != tid)
		return await_stop(tid);
	if (status != STEP_STOP)
		return take_status(tid, status, &(struct rusage){0});
	others_changed = 1;
	if (call_blocks_trap(task))
		return make_masking_call(task);
	if (resume(task, PTRACE_SINGLESTEP) < 0)
		return await_stop(tid);
	return finish_call(tid, await_stop(tid));
}

/* Makes the system call at whose entry a task stands. */
static enum stop make_call(struct task *task)
{
	struct user_regs_struct registers;
	long result;
	task->at_call = 0;
	if (ptrace(PTRACE_GETREGS, task->tid, 0, &registers) < 0)
		return await_stop(task->tid);
	note_call(task, &registers);
	const char *refused = call_refused(task);
	if (refused != NULL) {
		run_end.refused = refused;
		return STOP_EVENT;
	}
	if (clock_answers(task, &result)) {
		registers.rax = (unsigned long long)result;
		return ptrace(PTRACE_SETREGS, task->tid, 0, &registers) < 0 ? await_stop(task->tid) : STOP_STEP;
	}
	const struct limit limit = limit_of(task);
	if (wait_begins(task, &limit)) {
		if (limit.sleeps) {
			task->standing = SLEEPING;
			return STOP_WAITS;
		}
		limit_lift(task, &limit, &registers);
	}
	return enter_call(task, &registers);
}

/* After others changed: which of those that wait do so no more. The kernel has woken them by then, if it will. */
static void notice_woken(void)
{
	others_changed = 0;
	for (size_t i = 0; i < task_count; i++) {
		struct task *task = &tasks[i];
		uint32_t index = task->index;
		if (task->standing != WAITING)
			continue;
		char state = kernel_state(task);
		if (state == 'S' || (state == 'D' && task->vforking))
			continue;
		if (await_stop(task->tid) != STOP_WAITS) {
			task = task_numbered(index);
			if (task != NULL)
				task->vforking = 0;
			else
				i--;
		}
	}
}

#endif
