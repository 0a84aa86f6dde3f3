/*
 * The out-of-memory killer: attempts are to be its victims, never the runner, and whether it took one is known from the container's own
 * control group.
 */
#ifndef OOM_H
#define OOM_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int oom_counter = -1, oom_score = -1;
static char oom_own_score[16];

static void oom_prepare(void)
{
	/* Control groups of version 2, then 1; neither where the engine shows none inside. */
	oom_counter = open("/sys/fs/cgroup/memory.events", O_RDONLY | O_CLOEXEC);
	if (oom_counter < 0)
		oom_counter = open("/sys/fs/cgroup/memory/memory.oom_control", O_RDONLY | O_CLOEXEC);
	/* Opened before the runner becomes non-dumpable: then the file is no longer its own. */
	oom_score = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
	ssize_t got = oom_score < 0 ? -1 : pread(oom_score, oom_own_score, sizeof oom_own_score - 1, 0);
	oom_own_score[got > 0 ? got : 0] = 0;
}

/* What is forked from now on is the first to go, or (off) as likely as the runner itself. Writing a kept descriptor costs far less than
 * the child's own path through /proc. */
static void oom_first(int on)
{
	const char *score = on ? "1000" : oom_own_score;
	if (oom_score >= 0 && pwrite(oom_score, score, strlen(score), 0) < 0) {
		close(oom_score);
		oom_score = -1;
	}
}

/* Processes of this container that the killer took so far, or -1 where that cannot be known. */
static int64_t oom_kills(void)
{
	char text[512];
	ssize_t got = oom_counter < 0 ? -1 : pread(oom_counter, text, sizeof text - 1, 0);
	if (got <= 0)
		return -1;
	text[got] = 0;
	const char *at = strstr(text, "\noom_kill ");
	return at ? strtoll(at + 10, NULL, 10) : -1;
}

#endif
