/*
 * Memory at its limit: attempts are to be the out-of-memory killer's victims, never the runner; whether it took one is known from the container's
 * own control group; and no attempt starts while memory of the one before is still being given back.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int memory_events = -1, memory_usage = -1, memory_score = -1;
static int64_t memory_limit = -1, memory_settled;
static char own_score[16];

/* Of control groups of version 2, or else 1; -1 where the engine shows neither inside. */
static int memory_open(const char *name2, const char *name1)
{
	char path[96];
	snprintf(path, sizeof path, "/sys/fs/cgroup/%s", name2);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file >= 0)
		return file;
	snprintf(path, sizeof path, "/sys/fs/cgroup/memory/%s", name1);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int memory_read(int file, char *text, size_t size)
{
	ssize_t got = file < 0 ? -1 : pread(file, text, size - 1, 0);
	if (got <= 0)
		return 0;
	text[got] = 0;
	return 1;
}

static void memory_prepare(void)
{
	char text[64];
	memory_events = memory_open("memory.events", "memory.oom_control");
	memory_usage = memory_open("memory.current", "memory.usage_in_bytes");
	int limit = memory_open("memory.max", "memory.limit_in_bytes");
	if (memory_read(limit, text, sizeof text) && text[0] != 'm')
		memory_limit = strtoll(text, NULL, 10);
	if (limit >= 0)
		close(limit);
	/* Opened before the runner becomes non-dumpable: then the file is no longer its own. */
	memory_score = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
	memory_read(memory_score, own_score, sizeof own_score);
}

/*
 * What the runner forks from now on is the first to go, or (off) it itself is what it was. The child turns it off for the runner before it does
 * anything else: so the kernel never has to choose between the two while both are first. A kept descriptor costs far less than
 * the child's own file, by a new path in /proc each time.
 */
static void memory_first(int on)
{
	const char *score = on ? "1000" : own_score;
	if (memory_score >= 0 && pwrite(memory_score, score, strlen(score), 0) < 0) {
		close(memory_score);
		memory_score = -1;
	}
}

/* Processes of this container that the out-of-memory killer took so far, or -1 where that cannot be known. */
static int64_t memory_kills(void)
{
	char text[512];
	const char *at = memory_read(memory_events, text, sizeof text) ? strstr(text, "\noom_kill ") : NULL;
	return at ? strtoll(at + 10, NULL, 10) : -1;
}

static int64_t memory_used(void)
{
	char text[64];
	return memory_read(memory_usage, text, sizeof text) ? strtoll(text, NULL, 10) : 0;
}

/*
 * The kernel gives back what many dead processes held some time after their end; an attempt that starts before may be killed in their
 * place. Waits for it, at most for a second, where more than half of the limit is in use and an eighth more than when it was last waited for:
 * what then stays is cached files.
 */
static void memory_settle(void)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	int64_t used = memory_used();
	if (memory_limit <= 0 || used < memory_limit / 2 || used < memory_settled + memory_limit / 8)
		return;
	for (int i = 0; i < 1000 && used >= memory_limit / 2; i++) {
		nanosleep(&pause, NULL);
		used = memory_used();
	}
	memory_settled = used;
}

#endif
