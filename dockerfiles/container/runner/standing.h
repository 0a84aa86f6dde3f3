/*
 * The runner's own standing. Programs of the same user can neither trace it nor end it, but they may lower its limits, pin it to a CPU or
 * take its priority, and every later attempt would inherit that. So it is read at the start, and again before any batch is sent.
 */
#ifndef STANDING_H
#define STANDING_H

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LIMITS = 16, CPU_BYTES = 1024 };

struct standing {
	struct rlimit limits[LIMITS];
	int nice, policy;
	long io_priority;
	unsigned char cpus[CPU_BYTES];
};

static void standing_read(struct standing *standing)
{
	memset(standing, 0, sizeof *standing);
	for (int i = 0; i < LIMITS; i++)
		getrlimit(i, &standing->limits[i]);
	standing->nice = getpriority(PRIO_PROCESS, 0);
	standing->policy = sched_getscheduler(0);
	standing->io_priority = syscall(SYS_ioprio_get, 1, 0);
	syscall(SYS_sched_getaffinity, 0, sizeof standing->cpus, standing->cpus);
}

/* NULL, or what of it is not as it was. */
static const char *standing_changed(const struct standing *before)
{
	struct standing now;
	standing_read(&now);
	if (memcmp(before->limits, now.limits, sizeof now.limits) != 0)
		return "resource limits";
	if (before->nice != now.nice || before->policy != now.policy || before->io_priority != now.io_priority)
		return "priority";
	if (memcmp(before->cpus, now.cpus, sizeof now.cpus) != 0)
		return "CPU affinity";
	return NULL;
}

#endif
