/*
 * Starts a program again and again, watched as lightly as can be, and stops it dead at the signal that ends it.
 *
 *     watch RUNS MILLISECONDS EACH HANDLED PROGRAM [ARGUMENT]...
 *
 * A crash that comes once in a thousand runs, or in a race, does not come under gdb: gdb takes long to start a program, and holds it up at
 * every new thread. This is a tracer that lets everything pass but the one signal, and makes many runs in the time of one. Then it lets go of the
 * process with every thread stopped, for gdb to attach to: gdb lets the thread that was stopped go on alone, which faults again, or aborts again
 * (abort() raises SIGABRT twice).
 *
 * At most RUNS of them, within MILLISECONDS, each killed after EACH. A fault counts also where the program has a handler for it: gdb then sees
 * whether it survives. An abort() with a handler counts with HANDLED only, for Go's runtime, which survives none: others may. Says
 * `caught PID TID SIGNAL RUNS` and waits for the end of its standard input, or says `none RUNS`; before, `at RUNS` every ten seconds.
 *
 * Build: gcc -O2 -Wall -Wextra -static -o watch watch.c
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

static volatile pid_t running;

static uint64_t milliseconds(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

/* The time of a run is over. */
static void expire(int signal)
{
	(void)signal;
	if (running > 0)
		kill(running, SIGKILL);
}

static void set_alarm(long ms)
{
	struct itimerval timer = {.it_value = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000}};
	setitimer(ITIMER_REAL, &timer, NULL);
}

/* Becomes the program, once it may be traced (said on `ready`) and is (heard on `go`). */
static void become(char **argv, int ready, int go)
{
	char byte;
	sigset_t none;
	setsid();
	for (int signal = 1; signal < NSIG; signal++)
		sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* A process that is closed to others cannot be traced either. */
	prctl(PR_SET_DUMPABLE, 1);
	if (write(ready, "", 1) == 1 && read(go, &byte, 1) == 1)
		execv(argv[0], argv);
	_exit(127);
}

/* A fresh process in a session of its own, that is traced before it becomes the program; -1 where there can be none. */
static pid_t start(char **argv)
{
	int ready[2], go[2], error;
	char byte;
	if (pipe2(ready, O_CLOEXEC) < 0 || pipe2(go, O_CLOEXEC) < 0)
		return -1;
	pid_t pid = fork();
	if (pid == 0) {
		close(ready[0]);
		close(go[1]);
		become(argv, ready[1], go[0]);
	}
	close(ready[1]);
	close(go[0]);
	/* Should this end first, what it traces ends too. */
	int traced = pid > 0 && read(ready[0], &byte, 1) == 1 &&
		     ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL) == 0 && write(go[1], "", 1) == 1;
	error = errno;
	close(ready[0]);
	close(go[1]);
	if (!traced && pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, __WALL);
	}
	errno = error;
	return traced ? pid : -1;
}

/* Whether the line NAME of a process's status has the signal in its mask. */
static int masked(pid_t pid, const char *name, int signal)
{
	char path[64], line[256];
	unsigned long long mask = 0;
	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	FILE *status = fopen(path, "r");
	while (status != NULL && fgets(line, sizeof line, status) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			mask = strtoull(line + strlen(name), NULL, 16);
	if (status != NULL)
		fclose(status);
	return (mask >> (signal - 1) & 1) != 0;
}

/* Whether the thread stands at a signal that comes again when it goes on, and that ends the process or may. */
static int telling(pid_t pid, pid_t thread, int signal, int handled)
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
	siginfo_t info;
	int fault = 0;
	if (ptrace(PTRACE_GETSIGINFO, thread, 0, &info) < 0)
		return 0;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		fault |= signal == faults[i] && info.si_code > 0;
	if (fault || signal != SIGABRT)
		return fault;
	return handled || !(masked(pid, "SigCgt:", signal) || masked(pid, "SigIgn:", signal));
}

/*
 * Stops all threads but one that is stopped already, and lets go of them all: none runs another instruction of its own. Returns 0 where the
 * process ended meanwhile.
 */
static int freeze(pid_t pid, pid_t crashed)
{
	enum { MOST = 4096 };
	static pid_t stopped[MOST];
	int count = 0, found = 1, status;
	char path[64];
	stopped[count++] = crashed;
	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	/* A thread that was just being started is stopped in the next round. */
	while (found) {
		DIR *tasks = opendir(path);
		struct dirent *entry;
		found = 0;
		while (tasks != NULL && (entry = readdir(tasks)) != NULL && count < MOST) {
			pid_t thread = (pid_t)atoi(entry->d_name);
			int known = thread <= 0;
			for (int i = 0; i < count && !known; i++)
				known = stopped[i] == thread;
			/* What cannot be interrupted is dead, and only waits for the others. */
			if (known || (ptrace(PTRACE_INTERRUPT, thread, 0, 0) < 0 && errno == ESRCH))
				continue;
			if (waitpid(thread, &status, __WALL) == thread && WIFSTOPPED(status)) {
				stopped[count++] = thread;
				found = 1;
			}
		}
		if (tasks != NULL)
			closedir(tasks);
	}
	/*
	 * The signal is replaced by one that stops the whole process, and only when that has begun are the threads let go of: each then goes from one
	 * stop to the other (ptrace(2), "Attaching and detaching"). Let go of before, another thread runs until this one is scheduled, and may end it.
	 */
	if (ptrace(PTRACE_CONT, crashed, 0, SIGSTOP) < 0 || waitpid(crashed, &status, __WALL) != crashed || !WIFSTOPPED(status))
		return 0;
	for (int i = 0; i < count; i++)
		ptrace(PTRACE_DETACH, stopped[i], 0, 0);
	return 1;
}

/* Kills what a run left behind: it became a child of this process, however it hid. */
static void clear(void)
{
	int status;
	while (waitpid(-1, &status, __WALL | WNOHANG) >= 0) {
		DIR *processes = opendir("/proc");
		struct dirent *entry;
		while (processes != NULL && (entry = readdir(processes)) != NULL) {
			char path[280], line[512];
			int parent = 0;
			snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
			FILE *stat = atoi(entry->d_name) > 0 ? fopen(path, "r") : NULL;
			/* Behind the name, which may hold anything. */
			const char *after = stat != NULL && fgets(line, sizeof line, stat) != NULL ? strrchr(line, ')') : NULL;
			if (after != NULL && sscanf(after, ") %*c %d", &parent) == 1 && parent == getpid())
				kill(atoi(entry->d_name), SIGKILL);
			if (stat != NULL)
				fclose(stat);
		}
		if (processes != NULL)
			closedir(processes);
	}
}

/* One run. Returns the thread that was stopped at its signal, or 0 where the program ended otherwise. */
static pid_t run(pid_t pid, int handled, int *signal)
{
	for (;;) {
		int status;
		pid_t thread = waitpid(-1, &status, __WALL);
		if (thread < 0 && errno == EINTR)
			continue;
		if (thread < 0)
			return 0;
		if (!WIFSTOPPED(status)) {
			if (thread == pid)
				return 0;
			continue;
		}
		int event = status >> 16;
		*signal = WSTOPSIG(status);
		if (event == PTRACE_EVENT_STOP && *signal != SIGTRAP)
			ptrace(PTRACE_LISTEN, thread, 0, 0);
		else if (event != 0)
			ptrace(PTRACE_CONT, thread, 0, 0);
		else if (telling(pid, thread, *signal, handled))
			return thread;
		else
			ptrace(PTRACE_CONT, thread, 0, *signal);
	}
}

int main(int argc, char **argv)
{
	if (argc < 6)
		return 2;
	long runs = atol(argv[1]), each = atol(argv[3]), done = 0;
	uint64_t said = milliseconds(), end = said + strtoull(argv[2], NULL, 10);
	int handled = atoi(argv[4]);
	signal(SIGALRM, expire);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	/* What it says is believed: no program that it runs may write it. */
	prctl(PR_SET_DUMPABLE, 0);
	while (done < runs && milliseconds() < end) {
		int last = 0;
		pid_t pid = start(argv + 5);
		if (pid < 0) {
			printf("error %s\n", strerror(errno));
			return 1;
		}
		done++;
		running = pid;
		set_alarm(each);
		pid_t thread = run(pid, handled, &last);
		set_alarm(0);
		running = 0;
		if (thread > 0 && freeze(pid, thread)) {
			char byte;
			printf("caught %d %d %d %ld\n", (int)pid, (int)thread, last, done);
			fflush(stdout);
			while (read(0, &byte, 1) > 0)
				;
			kill(pid, SIGKILL);
			return 0;
		}
		clear();
		if (milliseconds() - said >= 10000) {
			said = milliseconds();
			printf("at %ld\n", done);
			fflush(stdout);
		}
	}
	printf("none %ld\n", done);
	return 0;
}
