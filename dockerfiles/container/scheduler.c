/*
 * Runs a program once under a schedule, as the runner does (scheduler/control.h): for gdb, for `npm run bench`, and for whoever works on it.
 *
 *     scheduler REQUEST MILLISECONDS run PROGRAM [ARGUMENT]...       says what came of it (scheduler/record.h)
 *     scheduler REQUEST MILLISECONDS catch PROGRAM [ARGUMENT]...     stops it dead at its crash
 *     scheduler REQUEST MILLISECONDS N PROGRAM [ARGUMENT]...         stops it dead at the N-th switch of the list, from 0
 *
 * REQUEST is that of scheduler/request.h. Stopped dead, every thread stands where it stood, for gdb to attach to: it says `thread NUMBER TID` for each,
 * then `caught PID TID SIGNAL 1`, and waits for the end of its standard input. It says `none 1` where the program ended otherwise.
 *
 * Build: gcc -O2 -Wall -Wextra -static -o scheduler scheduler.c
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <time.h>

#define MS 1000000ull

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
	run_end.over |= now() >= deadline;
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
		if (ptrace(PTRACE_TRACEME, 0, 0, 0) == 0)
			execv(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
		return -1;
	return pid;
}

/* A task at the entry of a call that was kept from being made stands before it again. */
static void step_back(struct task *task)
{
	struct user_regs_struct registers;
	if (!task->at_call || ptrace(PTRACE_GETREGS, task->tid, 0, &registers) < 0)
		return;
	before_call(&registers);
	ptrace(PTRACE_SETREGS, task->tid, 0, &registers);
}

/*
 * Lets go of all threads of a process, which is stopped first: none runs another instruction of its own. The stop begins in the caught thread, in place of its
 * signal; only then are the others let go of, and each goes from one stop to the other (ptrace(2), "Attaching and detaching").
 */
static void let_go(pid_t group)
{
	int status;
	struct task *caught = task_of(run_end.caught);
	for (size_t i = 0; i < task_count; i++) {
		if (tasks[i].group != group || tasks[i].standing == WAITING)
			continue;
		watch_end(&tasks[i]);
		step_back(&tasks[i]);
	}
	if (caught->standing == WAITING)
		kill(group, SIGSTOP);
	else
		ptrace(PTRACE_CONT, caught->tid, 0, SIGSTOP);
	waitpid(caught->tid, &status, __WALL);
	for (size_t i = 0; i < task_count; i++) {
		struct task *task = &tasks[i];
		if (task->group != group)
			continue;
		if (task != caught && task->standing == WAITING)
			waitpid(task->tid, &status, __WALL);
		/* The signal of the stop itself, where this one took it. */
		int begins = task == caught && task->standing == WAITING;
		ptrace(PTRACE_DETACH, task->tid, 0, begins ? SIGSTOP : 0);
	}
}

static void tell_caught(pid_t pid)
{
	char byte;
	for (size_t i = 0; i < task_count; i++)
		printf("thread %u %d\n", tasks[i].index, (int)tasks[i].tid);
	printf("caught %d %d %d 1\n", (int)pid, (int)run_end.caught, run_end.signal);
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
}

static void kill_all(pid_t pid)
{
	int status;
	kill(pid, SIGKILL);
	for (size_t i = 0; i < task_count; i++)
		kill(tasks[i].group, SIGKILL);
	while (waitpid(-1, &status, __WALL) > 0 || errno == EINTR)
		;
}

int main(int argc, char **argv)
{
	if (argc < 5 || !request_read(argv[1]))
		return 2;
	int run = strcmp(argv[3], "run") == 0;
	if (!run)
		catching = strcmp(argv[3], "catch") == 0 ? CATCH_CRASH : (long)strtoul(argv[3], NULL, 10);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (!run)
		prctl(PR_SET_DUMPABLE, 0);
	deadline = now() + strtoull(argv[2], NULL, 10) * MS;
	pid_t pid = start(argv + 4);
	if (pid < 0) {
		printf("error %s\n", strerror(errno));
		return 1;
	}
	control(pid, 1, 1);
	if (run) {
		record_run(1);
		fputs(record_text, stdout);
		printf("status 0x%x%s%s\n", run_end.ended ? (unsigned)run_end.status : 0xffffffffu, run_end.refused ? " refused: " : "",
		       run_end.refused ? run_end.refused : "");
	} else if (run_end.caught > 0) {
		let_go(run_end.group);
		tell_caught(run_end.group);
	} else {
		printf("none 1\n");
	}
	fflush(stdout);
	kill_all(pid);
	return 0;
}
