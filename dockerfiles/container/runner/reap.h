/* The ends of processes, as the kernel tells them. */
#ifndef REAP_H
#define REAP_H

#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "batch.h"
#include "host.h"

/* Records wait this long at most, so that progress is live; without any, a frame says that the runner is. */
#define BATCH_NS (100 * MS)
#define HEARTBEAT_NS (5000 * MS)
/* What SIGKILL has not ended by then, the kernel holds: this container is of no more use. */
#define KILL_NS (20000 * MS)

static int child_signals;
/* gdb at an attempt that hangs: no process of the attempt's. 0: there is none. */
static pid_t looker;

/*
 * Reaps whatever is dead. Returns 0 when there is no child any more. The end of process `pid` goes into the attempt; all others are counted
 * in `others`.
 */
static int reap(pid_t pid, struct attempt *attempt, int *ended, uint32_t *others)
{
	for (;;) {
		int status;
		struct rusage usage;
		pid_t dead = wait4(-1, &status, WNOHANG | __WALL, &usage);
		if (dead == 0)
			return 1;
		if (dead < 0)
			return 0;
		/* A program that asks to be traced by its parent stops at its signals; we let it: its time runs. */
		if (!WIFEXITED(status) && !WIFSIGNALED(status))
			continue;
		if (dead == looker) {
			looker = 0;
		} else if (dead == pid && !*ended) {
			*ended = 1;
			attempt->duration = now() - attempt->start;
			attempt->status = status;
			attempt->usage = usage;
		} else {
			++*others;
		}
	}
}

/* Takes note of the signals, so that they can come again. */
static void read_signals(void)
{
	struct signalfd_siginfo signals[4];
	while (read(child_signals, signals, sizeof signals) == (ssize_t)sizeof signals)
		;
}

#endif
