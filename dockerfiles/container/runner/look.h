/*
 * What the program's process maps, seen from outside of it, in a run that is no attempt: as it ends, or once it has run for a moment. The
 * program is told nothing, is stopped at nothing but its end, and cannot answer in the kernel's place. The processes that it makes are followed, too:
 * a crash of one of them shows in no status of the program's where its parent does not care.
 */
#ifndef LOOK_H
#define LOOK_H

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "scheduled.h"

/* A libc is there long before; a program that goes on is looked at while it runs. */
#define LOOK_NS (300 * MS)
/* So long where it has made other processes, which may end in a signal. */
#define LOOK_AT_OTHERS_NS (1000 * MS)
enum { LOOKED = 0x86 };
enum { LOOK_BYTES = 16384 };
/* Processes that are followed; one more is let go. */
enum { MOST_FOLLOWED = 32 };
/* Ends of processes that are told: the files that are mapped must have room beside them. */
enum { MOST_ENDS_TOLD = 16 };

/* A process of the look: the program's first one, or one that came of it. `fresh`: the stop that it begins with is still to come. */
struct followed {
	pid_t pid;
	int fresh;
};

static struct followed followed[MOST_FOLLOWED];
static int followed_count, ends_told;

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

/* Tells that a process which the program made ended by a signal that is a crash: `child 11 /usr/bin/sh`. */
static void look_at_end(pid_t pid)
{
	unsigned long status = 0;
	char path[64], line[PATH_MAX + 32];
	if (ptrace(PTRACE_GETEVENTMSG, pid, 0, &status) < 0 || !WIFSIGNALED((int)status))
		return;
	if (!is_crash(WTERMSIG((int)status)))
		return;
	int start = snprintf(line, sizeof line, "child %d ", WTERMSIG((int)status));
	snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
	ssize_t length = readlink(path, line + start, PATH_MAX - 1);
	line[start + (length < 0 ? 0 : length)] = 0;
	line[strcspn(line, "\n")] = 0;
	if (strcmp(line, looked_last) == 0 || ++ends_told <= MOST_ENDS_TOLD)
		look_note(line);
}

/* From now on a process is followed, unless there are too many: then it is let go, as it begins. */
static void follow(pid_t pid)
{
	int status;
	if (followed_count < MOST_FOLLOWED) {
		followed[followed_count] = (struct followed){.pid = pid, .fresh = followed_count > 0};
		followed_count++;
	} else if (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
		ptrace(PTRACE_DETACH, pid, 0, 0);
	}
}

/* What one process stopped at. Returns whether it is over: it was seen at its end, or is no more. */
static int look_stopped(struct followed *process, int status, int first)
{
	pid_t pid = process->pid;
	unsigned long made = 0;
	int event = status >> 16;
	if (event == PTRACE_EVENT_EXIT) {
		if (first)
			look_at(pid);
		else
			look_at_end(pid);
		ptrace(PTRACE_CONT, pid, 0, 0);
		return first;
	}
	if ((event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK) && ptrace(PTRACE_GETEVENTMSG, pid, 0, &made) == 0)
		follow((pid_t)made);
	/* A signal is delivered; that of an exec is the tracer's own, and so is the one that a new process begins with. */
	int number = event ? 0 : WSTOPSIG(status);
	if (number == SIGTRAP || (number == SIGSTOP && process->fresh))
		number = 0;
	process->fresh = 0;
	ptrace(PTRACE_CONT, pid, 0, number);
	return 0;
}

/* Lets what has stopped go on, to its end. Returns whether the first process was seen there, or is no more. */
static int look_step(void)
{
	for (int i = 0; i < followed_count; i++) {
		int status;
		pid_t seen = waitpid(followed[i].pid, &status, WNOHANG | __WALL);
		if (seen == 0)
			continue;
		if (seen > 0 && WIFSTOPPED(status)) {
			if (look_stopped(&followed[i], status, i == 0))
				return 1;
		} else if (i == 0) {
			return 1;
		} else {
			followed[i--] = followed[--followed_count];
		}
	}
	return 0;
}

static void look_run(pid_t pid, uint64_t start)
{
	int status;
	if (waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
		return;
	followed_count = ends_told = 0;
	follow(pid);
	following = 1;
	ptrace(PTRACE_SETOPTIONS, pid, 0,
	       PTRACE_O_TRACEEXIT | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL);
	ptrace(PTRACE_CONT, pid, 0, 0);
	run_end.over = 0;
	while (!look_step()) {
		uint64_t most = followed_count > 1 ? LOOK_AT_OTHERS_NS : LOOK_NS;
		schedule_deadline = start + (timeout_ns < most ? timeout_ns : most);
		if (!attend(LOOK_NS)) {
			look_at(pid);
			break;
		}
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
		following = 0;
		close_attempt(&attempt);
		memory_settle();
	}
	send_frame(looked, looked_length, LOOKED);
}

#endif
