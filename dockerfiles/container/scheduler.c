/*
 * Runs a program once under a schedule, as the runner does (scheduler/control.h): for gdb, for `npm run bench`, and for whoever works on it.
 *
 *     scheduler REQUEST MILLISECONDS run PROGRAM [ARGUMENT]...       says what came of it (scheduler/record.h)
 *     scheduler REQUEST MILLISECONDS catch PROGRAM [ARGUMENT]...     stops it dead at its crash
 *     scheduler REQUEST MILLISECONDS N PROGRAM [ARGUMENT]...         stops it dead at the N-th switch of the list, from 0
 *     scheduler REQUEST MILLISECONDS times:N PROGRAM [ARGUMENT]...   attempts 1 to N: what came of each, and how long it took, in microseconds
 *     scheduler REQUEST MILLISECONDS held PROGRAM [ARGUMENT]...      stops it dead where a thread is held, when its time there is over
 *     scheduler REQUEST MILLISECONDS pace:T:N PROGRAM [ARGUMENT]...  stops it dead when thread T has made N instructions since there were several
 *
 *     scheduler REQUEST MILLISECONDS sites PROGRAM [ARGUMENT]...     the sites that its rule draws from: thread, place, passes, depth of calls, whether near
 *
 * With `paced:` before it, `catch` or N, every instruction is counted. REQUEST is that of scheduler/request.h. Stopped dead, every thread stands where it
 * stood, for gdb to attach to: it says `thread NUMBER TID PACES` for each, then `caught PID TID SIGNAL 1`, and waits for the end of its standard input. It says `none 1` where the program ended otherwise.
 *
 * Build: gcc -O2 -Wall -Wextra -static -o scheduler scheduler.c
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <time.h>

#define MS 1000000ull

#include "scheduler/measure.h"
#include "scheduler/record.h"
#include "scheduler/request.h"

static uint64_t deadline;

static uint64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

static int attend(uint64_t ns)
{
	struct timespec pause = {.tv_nsec = (long)ns};
	if (ns > 0)
		nanosleep(&pause, NULL);
	run_end.over |= now() + passed_ns >= deadline;
	return !run_end.over;
}

/* A fresh process in a session of its own, stopped before its first instruction; -1 where there can be none. */
static pid_t start(char **argv)
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		setsid();
		prctl(PR_SET_DUMPABLE, 1);
		/* Until it is traced, nothing else ends it with this process. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (ptrace(PTRACE_TRACEME, 0, 0, 0) == 0)
			execv(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
		return -1;
	return pid;
}

/* A task at the entry of a call that was kept from being made, also since it sleeps, stands before it again. */
static void step_back(struct task *task)
{
	struct user_regs_struct registers;
	if ((!task->at_call && task->standing != SLEEPING) || ptrace(PTRACE_GETREGS, task->tid, 0, &registers) < 0)
		return;
	before_call(&registers);
	ptrace(PTRACE_SETREGS, task->tid, 0, &registers);
}

/* The step that a task makes behind its system call is still to be told: a debugger that comes later would take it for the program's own. */
static int trap_is_due(pid_t tid)
{
	char path[48], line[128];
	unsigned long long pending = 0;
	snprintf(path, sizeof path, "/proc/%d/status", (int)tid);
	FILE *file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof line, file) != NULL)
		if (sscanf(line, "SigPnd: %llx", &pending) == 1)
			break;
	if (file != NULL)
		fclose(file);
	return (pending >> (SIGTRAP - 1) & 1) != 0;
}

enum { IS_GONE = -1 };

/* Waits until a task is stopped, for as long as the run may take. Returns by which signal, 0 where it is not, IS_GONE where it has ended. */
static int await_signal(pid_t tid)
{
	int status;
	for (;;) {
		pid_t got = waitpid(tid, &status, WNOHANG | __WALL);
		if (got == tid)
			return WIFSTOPPED(status) ? WSTOPSIG(status) : IS_GONE;
		if (got < 0)
			return IS_GONE;
		if (!attend(MS))
			return 0;
	}
}

/*
 * The stop of a whole process begins in one of its threads. A signal that is put in place of another one (PTRACE_CONT) is lost where that thread was stopped by
 * no signal, as at a system call or a clone: so it is sent, and taken before the next instruction. What else is due by then is not delivered; where a task was
 * held, that is what it may have been held for, and is sent again.
 */
static int begin_stop(struct task *task)
{
	int signal = 0;
	uint64_t due = 0;
	if (syscall(SYS_tgkill, task->group, task->tid, SIGSTOP) < 0)
		return 0;
	if (task->standing == WAITING)
		signal = await_signal(task->tid);
	while (signal != SIGSTOP) {
		if (ptrace(PTRACE_CONT, task->tid, 0, 0) < 0)
			return 0;
		signal = await_signal(task->tid);
		if (signal <= 0)
			return 0;
		due |= (uint64_t)1 << (signal - 1);
	}
	if (ptrace(PTRACE_CONT, task->tid, 0, SIGSTOP) != 0 || await_signal(task->tid) != SIGSTOP)
		return 0;
	for (int sent = 1; catching == CATCH_HELD && sent <= 64; sent++)
		if (sent != SIGSTOP && sent != SIGTRAP && (due >> (sent - 1) & 1) != 0)
			syscall(SYS_tgkill, task->group, task->tid, sent);
	return 1;
}

/*
 * Lets go of all threads of a process, which is stopped first: none runs another instruction of its own. The stop begins in one thread, the caught one
 * where it is of this process; only then are the others let go of, and each goes from one stop to the other (ptrace(2), "Attaching and detaching").
 * Returns 0 where it does not stop.
 */
static int let_go_of(pid_t group)
{
	struct task *first = task_of(run_end.caught);
	for (size_t i = 0; i < task_count; i++) {
		if (tasks[i].group != group)
			continue;
		if (first == NULL || first->group != group)
			first = &tasks[i];
		if (tasks[i].standing == WAITING)
			continue;
		watch_end(&tasks[i]);
		step_back(&tasks[i]);
	}
	if (first == NULL || !begin_stop(first))
		return 0;
	for (size_t i = 0; i < task_count; i++) {
		struct task *task = &tasks[i];
		if (task->group != group)
			continue;
		int signal = task != first && task->standing == WAITING ? await_signal(task->tid) : SIGSTOP;
		if (signal == IS_GONE)
			continue;
		if (signal == 0)
			return 0;
		/* One that ran until now may still be watched for (holding.h). */
		watch_end(task);
		if (task->standing == WAITING && trap_is_due(task->tid) && ptrace(PTRACE_CONT, task->tid, 0, 0) == 0)
			await_signal(task->tid);
		limit_restore(task);
		ptrace(PTRACE_DETACH, task->tid, 0, 0);
	}
	return 1;
}

/* Lets go of all processes, each stopped. Returns 0 where `group`, the one that was caught, does not stop; of the others, what does not is only not seen. */
static int let_go(pid_t group)
{
	if (!let_go_of(group))
		return 0;
	for (size_t i = 0; i < task_count; i++)
		if (tasks[i].tid == tasks[i].group && tasks[i].group != group)
			let_go_of(tasks[i].group);
	return 1;
}

static void tell_caught(pid_t pid)
{
	char byte;
	for (size_t i = 0; i < task_count; i++)
		printf("thread %u %d %llu\n", tasks[i].index, (int)tasks[i].tid, (unsigned long long)tasks[i].paces);
	printf("caught %d %d %d 1\n", (int)pid, (int)run_end.caught, run_end.signal);
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
}

static void kill_all(pid_t pid)
{
	run_end.over = 0;
	int status;
	kill(pid, SIGKILL);
	for (size_t i = 0; i < task_count; i++)
		kill(tasks[i].group, SIGKILL);
	while (waitpid(-1, &status, __WALL) > 0 || errno == EINTR)
		;
	tasks_clear();
}

/* Returns the first process, stopped, ended or dead. */
static pid_t run_once(char **argv, unsigned attempt)
{
	pid_t pid = start(argv);
	if (pid < 0) {
		printf("error %s\n", strerror(errno));
		exit(1);
	}
	control(pid, attempt, rule.kind == RULE_COUNT);
	rule_end(run_end.deadlock || (run_end.ended && run_end.status != 0));
	return pid;
}

static int tell_sites(void)
{
	for (size_t i = 0; i < all_sites.count; i++) {
		const struct site *site = &all_sites.list[i];
		printf("site %u %s %llu %u%s\n", site->index, site->place, (unsigned long long)site->passes, site->depth, site->near ? " near" : "");
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 5 || !request_read(argv[1]))
		return 2;
	unsigned long long pace = 0;
	unsigned times = 0;
	const char *how = argv[3];
	if (strncmp(how, "paced:", 6) == 0) {
		how += 6;
		paced = 1;
	}
	int run = strcmp(how, "run") == 0;
	if (strcmp(how, "catch") == 0)
		catching = CATCH_CRASH;
	else if (strcmp(how, "held") == 0)
		catching = CATCH_HELD;
	else if (sscanf(how, "pace:%u:%llu", &pace_index, &pace) == 2)
		catching = CATCH_PACE;
	else if (sscanf(how, "times:%u", &times) != 1 && !run)
		catching = (long)strtoul(how, NULL, 10);
	pace_wanted = pace;
	paced |= catching == CATCH_PACE;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (!run)
		prctl(PR_SET_DUMPABLE, 0);
	deadline = now() + strtoull(argv[2], NULL, 10) * MS;
	if (measure_wanted()) {
		measure_begin();
		do
			kill_all(run_once(argv + 4, count_round));
		while (measure_next());
	}
	if (strcmp(how, "sites") == 0)
		return tell_sites();
	uint64_t began = now(), each = strtoull(argv[2], NULL, 10) * MS;
	for (unsigned attempt = 1; attempt <= times; attempt++) {
		began = now();
		deadline = began + each;
		pid_t pid = run_once(argv + 4, attempt);
		record_run(0);
		printf("attempt %u status 0x%x %s%s took %llu\n", attempt, run_end.ended ? (unsigned)run_end.status : 0xffffffffu,
		       rule_names[rule_now.kind], run_end.deadlock ? " deadlock" : "", (unsigned long long)((now() - began) / 1000));
		fputs(record_text, stdout);
		fflush(stdout);
		kill_all(pid);
	}
	if (times > 0)
		return 0;
	pid_t pid = run_once(argv + 4, 1);
	if (run) {
		record_run(1);
		printf("took %llu\n", (unsigned long long)((now() - began) / 1000));
		fputs(record_text, stdout);
		printf("status 0x%x%s%s\n", run_end.ended ? (unsigned)run_end.status : 0xffffffffu, run_end.refused ? " refused: " : "",
		       run_end.refused ? run_end.refused : "");
	} else if (run_end.caught > 0 && let_go(run_end.group)) {
		tell_caught(run_end.group);
	} else {
		printf("none 1\n");
	}
	fflush(stdout);
	kill_all(pid);
	return 0;
}
