/* What comes while an attempt runs: its output, commands of the host, the ends of processes as the kernel tells them. */
#ifndef REAP_H
#define REAP_H

#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "batch.h"
#include "capture.h"
#include "host.h"
#include "service.h"

/* What SIGKILL has not ended by then, the kernel holds: this container is of no more use. */
#define KILL_NS (20000 * MS)

static int child_signals;
/* gdb at an attempt that hangs: no process of the attempt's. 0: there is none. */
static pid_t looker;
/* Processes are traced by the look (look.h): what is killed stops once more on its way out, and is let go on. */
static int following;

/*
 * Reaps whatever is dead. Returns 0 when there is no child any more. The end of process `pid` goes into the attempt; all others, but for services and
 * what those made, are counted in `others`.
 */
static int reap(pid_t pid, struct attempt *attempt, int *ended, uint32_t *others)
{
	for (;;) {
		int status;
		struct rusage usage;
		pid_t of_service = service_child_ended();
		pid_t dead = wait4(of_service > 0 ? of_service : -1, &status, WNOHANG | __WALL, &usage);
		if (dead == 0)
			return 1;
		if (dead < 0)
			return 0;
		/* A program that asks to be traced by its parent stops at its signals; we let it: its time runs. */
		if (!WIFEXITED(status) && !WIFSIGNALED(status)) {
			if (following)
				ptrace(PTRACE_CONT, dead, 0, 0);
			continue;
		}
		if (dead == looker) {
			looker = 0;
		} else if (dead == pid && !*ended) {
			*ended = 1;
			attempt->duration = now() - attempt->start;
			attempt->status = status;
			attempt->usage = usage;
		} else if (!service_ended(dead, status, now()) && of_service == 0) {
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

/*
 * Waits until something comes, `until` at most, and no longer than a batch may wait: output is kept, where it is to be read here (`second` may be NULL), and
 * so is what the host says. Returns whether processes may have ended.
 */
static int await_news(uint64_t until, struct capture *first, struct capture *second)
{
	uint64_t due = batch_due();
	struct pollfd fds[4 + MOST_SERVICES] = {
		{.fd = child_signals, .events = POLLIN},
		{.fd = first->read_end, .events = POLLIN},
		{.fd = second != NULL ? second->read_end : -1, .events = POLLIN},
		/* A command sent ahead stays where it is; then only the end of the input is of interest. */
		{.fd = 0, .events = command_length > 0 ? 0 : POLLIN},
	};
	nfds_t count = 4 + services_poll(fds + 4);
	if (poll_until(fds, count, due < until ? due : until) <= 0)
		return 0;
	services_read(fds + 4);
	if (fds[1].revents)
		capture_read(first);
	if (fds[2].revents)
		capture_read(second);
	if (fds[0].revents)
		read_signals();
	if (fds[3].revents)
		read_command();
	return fds[0].revents != 0;
}

#endif
