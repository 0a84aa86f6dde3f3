/*
 * An attempt: one process of the program, from its start until nothing of it is alive, and what the kernel said of it.
 */
#ifndef ATTEMPT_H
#define ATTEMPT_H

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "batch.h"
#include "capture.h"
#include "host.h"
#include "memory.h"
#include "hung.h"
#include "places.h"
#include "reap.h"
#include "sent.h"
#include "services.h"
#include "spawn.h"
#include "terminal.h"

static uint64_t timeout_ns;
static int64_t oom_kills_before;

/* Kills all that the attempt left behind and sees it gone. */
static uint32_t kill_leftovers(void)
{
	uint64_t until = now() + KILL_NS;
	uint32_t count = 0;
	int ended = 1;
	struct attempt none;
	/* One is enough: the kernel lets no process fork that has a fatal signal to take. */
	services_killed = 1;
	kill(-1, SIGKILL);
	while (reap(0, &none, &ended, &count)) {
		struct pollfd signals = {.fd = child_signals, .events = POLLIN};
		int ready = poll_until(&signals, 1, until);
		if (ready == 0)
			fault("processes that cannot be killed");
		if (ready > 0)
			read_signals();
	}
	return count;
}

/* Waits for the end of the attempt's process, its time limit included. Returns whether other children may be left. */
static int await_end(pid_t pid, struct attempt *attempt)
{
	uint64_t deadline = attempt->start + timeout_ns, killed = 0;
	/* Those that it made and did not wait for, and that ended by themselves, are not left behind. */
	uint32_t orphans = 0;
	int ended = 0, children = 1;
	while (!ended) {
		uint64_t limit = killed ? killed + KILL_NS : deadline;
		if (await_news(killed ? limit : signal_due(attempt, limit), &out, &err))
			children = reap(pid, attempt, &ended, killed ? &attempt->leftovers : &orphans);
		if (ended)
			break;
		uint64_t at = now();
		send_due_batch(at);
		if (!killed)
			send_signals(pid, attempt, at);
		if (at >= limit) {
			if (killed)
				fault("attempt %u cannot be killed", attempt->number);
			children = reap(pid, attempt, &ended, &orphans);
			if (!ended && looks_left > 0)
				children = look_at_hang(pid, attempt, &ended, &orphans);
			if (!ended || attempt->looked) {
				killed = now();
				services_killed = 1;
				kill(-1, SIGKILL);
			}
		}
	}
	if (attempt->looked)
		settle_looked(attempt);
	attempt->timed_out = killed && WIFSIGNALED(attempt->status) && WTERMSIG(attempt->status) == SIGKILL;
	return children;
}

/* Starts an attempt's process, with fresh pipes for its output. */
static pid_t start_attempt(struct attempt *attempt)
{
	struct launch launch = {.program = &program};
	int opened = program.terminal ? terminal_open(&out, program.standard_input) : capture_open(&out);
	if (opened < 0 || capture_open(&err) < 0) {
		int error = errno;
		expect_unchanged();
		fault("attempt %u: a place for its output: %s", attempt->number, strerror(error));
	}
	launch.out = out.write_end;
	launch.err = program.terminal ? out.write_end : err.write_end;
	attempt->start = now();
	pid_t pid = launch_start(&launch);
	if (pid < 0) {
		expect_unchanged();
		fault("attempt %u: %s: %s: %s", attempt->number, launch.step, launch.subject, strerror(launch.error));
	}
	return pid;
}

/* Processes that the out-of-memory killer took since the attempt before, -1 where that cannot be known. */
static int64_t oom_kills_since(int64_t kills)
{
	return kills < 0 || oom_kills_before < 0 ? -1 : kills - oom_kills_before;
}

/* After its end: what it wrote, what it left behind, and what it took. */
static void close_attempt(struct attempt *attempt)
{
	capture_finish(&out);
	capture_finish(&err);
	services_close();
	const char *dirty = places_clean();
	if (dirty != NULL)
		fault("attempt %u left what cannot be removed in %s", attempt->number, dirty);
	int64_t kills = memory_kills();
	attempt->oom_kills = oom_kills_since(attempt->looked ? attempt->kills : kills);
	oom_kills_before = kills;
}

#endif
