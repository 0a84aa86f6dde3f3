/*
 * A look at an attempt that hangs. At its time limit all of it is stopped at once, and gdb, started beside it, says what each thread waits in and for
 * whom; then it is killed, as it would have been without. What the attempt is counted by was settled before gdb began. Nothing of the program runs
 * until gdb has closed itself to it.
 */
#ifndef HUNG_H
#define HUNG_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "payload.h"
#include "reap.h"
#include "setting.h"
#include "spawn.h"

enum { TOLD_BYTES = 1 << 20, LOCKS_BYTES = 8192 };

static struct program program;
static struct program look_program = {.standard_input = "/dev/null", .looks = 1};
static uint32_t looks_left;
static uint64_t look_ns;
enum { NUMBERS_BYTES = 32 + 12 * MOST_SERVICES };
/* Holds what gdb is told of the attempt: its process, the services beside it, and who waits for whose file lock. */
static char hung_process[LOCKS_BYTES + NUMBERS_BYTES];

/* Whether the kernel lets a process be traced by others than those that made it only if it says so (the security module Yama). */
static int must_be_open(void)
{
	return kernel_setting("kernel/yama/ptrace_scope") == '1';
}

/* How gdb is started at a hang, and how many hangs are looked at. Returns whether attempts must be open to it. */
static int looks_configure(struct payload *payload)
{
	looks_left = take32(payload);
	look_ns = take64(payload) * MS;
	look_program.argv = take_strings(payload);
	char **given = take_strings(payload);
	size_t count = 0;
	while (given != NULL && given[count] != NULL)
		count++;
	look_program.envp = calloc(count + 2, sizeof *look_program.envp);
	if (payload->bad || look_program.envp == NULL)
		return 0;
	memcpy(look_program.envp, given, count * sizeof *given);
	look_program.envp[count] = hung_process;
	if (looks_left > 0 && !capture_prepare(&told, TOLD_BYTES, 0))
		fault("no memory for what gdb says");
	return looks_left > 0 && must_be_open();
}

/* To be called before anything is stopped: a process that is stopped no longer waits. */
static void note_process(pid_t pid)
{
	int length = snprintf(hung_process, NUMBERS_BYTES, "VIVARIUM_HUNG=%d", (int)pid);
	for (uint32_t i = 0; i < service_count; i++)
		length += snprintf(hung_process + length, (size_t)(NUMBERS_BYTES - length), " %d", (int)services[i].pid);
	hung_process[length++] = '\n';
	int file = open("/proc/locks", O_RDONLY | O_CLOEXEC);
	ssize_t got = file < 0 ? 0 : read(file, hung_process + length, LOCKS_BYTES);
	if (file >= 0)
		close(file);
	hung_process[length + (got > 0 ? got : 0)] = 0;
}

static void seal(struct capture *c)
{
	while (capture_read(c))
		;
	c->sealed = 1;
}

static pid_t start_looker(void)
{
	struct launch launch = {.program = &look_program};
	/* gdb itself reads what the program still writes: Go answers it so. */
	look_program.more = program.terminal ? out.read_end : err.read_end;
	launch.out = launch.err = told.write_end;
	pid_t pid = launch_start(&launch);
	return pid < 0 ? 0 : pid;
}

/* Until gdb has ended, or its time is over. */
static int await_looker(pid_t pid, struct attempt *attempt, int *ended, uint32_t *others)
{
	uint64_t until = now() + look_ns;
	int children = 1;
	while (looker > 0 && children && now() < until) {
		if (await_news(until, &told, program.terminal ? NULL : &out))
			children = reap(pid, attempt, ended, others);
		send_due_batch(now());
	}
	return children;
}

/* Looks at the attempt, unless it ended just now, or took the last pipe that there was for what gdb says. Returns whether other children may be left. */
static int look_at_hang(pid_t pid, struct attempt *attempt, int *ended, uint32_t *orphans)
{
	note_process(pid);
	kill(-1, SIGSTOP);
	int children = reap(pid, attempt, ended, orphans);
	if (*ended || capture_open(&told) < 0)
		return children;
	attempt->looked = 1;
	attempt->late = now() - attempt->start;
	attempt->kills = memory_kills();
	looks_left--;
	seal(&out);
	seal(&err);
	looker = start_looker();
	if (looker > 0)
		children = await_looker(pid, attempt, ended, &attempt->leftovers);
	capture_finish(&told);
	return children;
}

/* Its time was over before gdb began: that is how it ended, whatever gdb had it do. */
static void settle_looked(struct attempt *attempt)
{
	attempt->status = SIGKILL;
	attempt->duration = attempt->late;
}

#endif
