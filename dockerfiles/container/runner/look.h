/*
 * What the program's process maps, seen from outside of it, in a run that is no attempt: as it ends, or once it has run for a moment. The
 * program is told nothing, is stopped at nothing but its end, and cannot answer in the kernel's place.
 */
#ifndef LOOK_H
#define LOOK_H

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "scheduled.h"

/* A libc is there long before; a program that goes on is looked at while it runs. */
#define LOOK_NS (300 * MS)
enum { LOOKED = 0x86 };
enum { LOOK_BYTES = 16384 };

static unsigned char looked[FRAME_HEADER + LOOK_BYTES];
static size_t looked_length;
static char looked_last[PATH_MAX];

/* Adds a line, unless it was the last one, too: a file is mapped in several pieces. */
static void look_note(const char *text)
{
	size_t length = strlen(text);
	if (looked_length + length + 1 > LOOK_BYTES || length >= sizeof looked_last || strcmp(looked_last, text) == 0)
		return;
	memcpy(looked_last, text, length + 1);
	memcpy(looked + FRAME_HEADER + looked_length, text, length);
	looked_length += length;
	looked[FRAME_HEADER + looked_length++] = '\n';
}

/* The executable first, then every file of /proc/PID/maps: the sixth field, which may have spaces in it. */
static void look_at(pid_t pid)
{
	char path[64], line[PATH_MAX + 128];
	snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
	ssize_t length = readlink(path, line, PATH_MAX - 1);
	snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
	FILE *maps = length < 0 ? NULL : fopen(path, "re");
	if (maps == NULL)
		return;
	line[length] = 0;
	looked_last[0] = 0;
	look_note(line);
	/* The executable is mapped, too. */
	looked_last[0] = 0;
	while (fgets(line, sizeof line, maps) != NULL) {
		char *file = strchr(line, '/');
		if (file == NULL)
			continue;
		file[strcspn(file, "\n")] = 0;
		look_note(file);
	}
	fclose(maps);
}

/* Lets the stopped process go on, to its end. Returns whether it was seen there, or is no more. */
static int look_step(pid_t pid)
{
	int status;
	pid_t seen = waitpid(pid, &status, WNOHANG | __WALL);
	if (seen == 0)
		return 0;
	if (seen < 0 || !WIFSTOPPED(status))
		return 1;
	if (status >> 16 == PTRACE_EVENT_EXIT) {
		look_at(pid);
		ptrace(PTRACE_CONT, pid, 0, 0);
		return 1;
	}
	/* A signal is delivered; that of an exec is the tracer's own. */
	int number = status >> 16 ? 0 : WSTOPSIG(status);
	ptrace(PTRACE_CONT, pid, 0, number == SIGTRAP ? 0 : number);
	return 0;
}

/* Ends a process that goes on: it stops once more on its way out. */
static void look_end(pid_t pid)
{
	int status;
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status))
		ptrace(PTRACE_CONT, pid, 0, 0);
}

static void look_run(pid_t pid, uint64_t start)
{
	int status;
	if (waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
		return;
	ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEEXIT | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL);
	ptrace(PTRACE_CONT, pid, 0, 0);
	schedule_deadline = start + (timeout_ns < LOOK_NS ? timeout_ns : LOOK_NS);
	run_end.over = 0;
	while (!look_step(pid))
		if (!attend(LOOK_NS)) {
			look_at(pid);
			look_end(pid);
			break;
		}
}

/* Says what it saw; nothing where it could not be seen: no right to trace, or a program that closes itself to others. */
static void look(void)
{
	struct attempt attempt = {.number = 0};
	struct program asked = program;
	struct launch launch = {.program = &asked};
	asked.traced = 1;
	looked_length = 0;
	drop_command();
	batch_sent = now();
	int opened = program.terminal ? terminal_open(&out, program.standard_input) : capture_open(&out);
	if (batch != NULL && opened >= 0 && capture_open(&err) == 0) {
		launch.out = out.write_end;
		launch.err = program.terminal ? out.write_end : err.write_end;
		attempt.start = now();
		pid_t pid = launch_start(&launch);
		if (pid > 0)
			look_run(pid, attempt.start);
		kill_leftovers();
		close_attempt(&attempt);
		memory_settle();
	}
	send_frame(looked, looked_length, LOOKED);
}

#endif
