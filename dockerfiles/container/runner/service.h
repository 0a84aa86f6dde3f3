/*
 * A service: a process that runs beside an attempt's program for as long as the attempt lasts, started afresh for each. What is known of it here is read
 * by what waits for processes; services.h starts them.
 */
#ifndef SERVICE_H
#define SERVICE_H

#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "spawn.h"

enum { MOST_SERVICES = 8 };
/* Of its output: where the line that it is ready by is looked for, and the last words that are told. */
enum { SERVICE_HEAD = 65536, SERVICE_TAIL = 2048 };
enum ready { READY_AT_ONCE, READY_PORT, READY_LINE, READY_FILE };

struct service {
	const char *name;
	struct program program;
	enum ready ready;
	uint32_t port;
	/* The text of its line, or the path of its file. */
	const char *text;
	uint64_t within_ns;
	/* Of this attempt: its process (0: none), whether and when that ended by itself, and how. */
	pid_t pid;
	int ended, own_end, status;
	uint64_t ended_at;
	struct capture said;
};

static struct service services[MOST_SERVICES];
static uint32_t service_count;
/* All that is left of the attempt is being killed: a service that ends by SIGKILL now does not end by itself. */
static int services_killed;

/* Takes note of a service's end. Returns whether the process was one. */
static int service_ended(pid_t dead, int status, uint64_t at)
{
	for (uint32_t i = 0; i < service_count; i++) {
		struct service *service = &services[i];
		if (service->pid != dead || service->ended)
			continue;
		service->ended = 1;
		service->status = status;
		service->ended_at = at;
		service->own_end = !services_killed || !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL;
		return 1;
	}
	return 0;
}

/* The next process that has ended, where it is a service's own child (it stays in the service's session): it is no process of the program's. Else 0. */
static pid_t service_child_ended(void)
{
	siginfo_t next = {.si_pid = 0};
	if (service_count == 0 || waitid(P_ALL, 0, &next, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0 || next.si_pid == 0)
		return 0;
	pid_t session = getsid(next.si_pid);
	for (uint32_t i = 0; i < service_count; i++)
		if (services[i].pid > 0 && services[i].pid == session && session != next.si_pid)
			return next.si_pid;
	return 0;
}

/* What they write, to be polled; returns how many. */
static nfds_t services_poll(struct pollfd *fds)
{
	nfds_t count = 0;
	for (uint32_t i = 0; i < service_count; i++)
		if (services[i].pid > 0)
			fds[count++] = (struct pollfd){.fd = services[i].said.read_end, .events = POLLIN};
	return count;
}

static void services_read(const struct pollfd *fds)
{
	for (uint32_t i = 0; i < service_count; i++)
		if (services[i].pid > 0 && (fds++)->revents)
			capture_read(&services[i].said);
}

#endif
