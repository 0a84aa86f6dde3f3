/*
 * Runs a program once under a schedule, as the runner does (scheduler/control.h), and says what came of it: for a person, for `npm run bench`, and for gdb.
 *
 *     scheduler RULE [KEY=VALUE]... -- PROGRAM [ARGUMENT]...
 *
 * RULE: random, pct, play. Keys: seed, attempt, mean, depth, length, ms (its time), list (a file of switches, for play), stop.
 * The record goes to descriptor 3, or standard error. Ends as the program did.
 *
 * Build: gcc -O2 -Wall -Wextra -static -o scheduler scheduler.c
 */
#define _GNU_SOURCE
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <stdint.h>
#define MS 1000000ull

#include "scheduler/record.h"

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
	if (now() < deadline)
		return 1;
	run_end.over = 1;
	kill(run_end.first, SIGKILL);
	return 0;
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = calloc(1, RECORD_BYTES);
	if (file == NULL || text == NULL)
		exit(2);
	if (fread(text, 1, RECORD_BYTES - 1, file) == 0)
		text[0] = 0;
	fclose(file);
	return text;
}

int main(int argc, char **argv)
{
	int at = 2, status;
	uint64_t attempt = 1, ms = 60000;
	if (argc < 4)
		return 2;
	rule.kind = strcmp(argv[1], "random") == 0 ? RULE_RANDOM : strcmp(argv[1], "pct") == 0 ? RULE_PCT : RULE_PLAY;
	rule.depth = 3;
	for (; at < argc && strcmp(argv[at], "--") != 0; at++) {
		char *value = strchr(argv[at], '=');
		if (value == NULL)
			return 2;
		*value++ = 0;
		unsigned long long number = strtoull(value, NULL, 10);
		if (strcmp(argv[at], "seed") == 0) rule.seed = number;
		if (strcmp(argv[at], "attempt") == 0) attempt = number;
		if (strcmp(argv[at], "mean") == 0) rule.mean = number;
		if (strcmp(argv[at], "depth") == 0) rule.depth = (uint32_t)number;
		if (strcmp(argv[at], "length") == 0) rule.length = number;
		if (strcmp(argv[at], "ms") == 0) ms = number;
		if (strcmp(argv[at], "list") == 0 && !turns_read(read_file(value))) return 2;
	}
	pid_t pid = fork();
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		execv(argv[at + 1], argv + at + 1);
		_exit(127);
	}
	deadline = now() + ms * MS;
	if (waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
		return 127;
	control(pid, attempt, 1);
	if (!run_end.ended) {
		kill(pid, SIGKILL);
		for (size_t i = 0; i < task_count; i++) kill(tasks[i].tid, SIGKILL);
		while (waitpid(-1, &status, __WALL) > 0)
			;
	}
	record_run(1);
	dprintf(2, "%s%s%s%sstatus 0x%x\n", record_text, run_end.refused ? "refused " : "", run_end.refused ? run_end.refused : "", run_end.refused ? "\n" : "", run_end.ended ? run_end.status : -1);
	return 0;
}
