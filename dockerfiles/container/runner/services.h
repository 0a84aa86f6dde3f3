/* Starts an attempt's services, one after the other, each once the one before is ready, and tells of those that ended by themselves. */
#ifndef SERVICES_H
#define SERVICES_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "payload.h"
#include "reap.h"
#include "service.h"
#include "setting.h"

/* How often a port or a file is looked for. */
#define SERVICE_LOOK_NS (2 * MS)
enum { SERVICE_TOLD = 4 + MOST_SERVICES * (4 + 64 + 16 + 4 + SERVICE_TAIL) };

static int service_take(struct payload *payload, struct service *service)
{
	service->name = take_string(payload);
	service->program.argv = take_strings(payload);
	service->program.envp = take_strings(payload);
	service->program.directory = take_string(payload);
	service->program.standard_input = "/dev/null";
	service->program.files = program.files;
	service->ready = (enum ready)take32(payload);
	service->port = take32(payload);
	service->text = take_string(payload);
	service->within_ns = take64(payload) * MS;
	return !payload->bad && service->program.argv[0] != NULL && strlen(service->name) <= 64;
}

/* To be called once the limits of a program are known. Returns whether they are sound. */
static int services_configure(struct payload *payload)
{
	service_count = take32(payload);
	if (payload->bad || service_count > MOST_SERVICES)
		return 0;
	for (uint32_t i = 0; i < service_count; i++)
		if (!service_take(payload, &services[i]) || !capture_prepare(&services[i].said, SERVICE_HEAD, SERVICE_TAIL))
			return 0;
	return 1;
}

/* A name without a slash is looked for on the PATH of the service's own environment. Returns NULL where it is not there. */
static const char *service_find(const struct service *service)
{
	static char found[4096];
	const char *name = service->program.argv[0], *path = "";
	if (strchr(name, '/') != NULL)
		return name;
	for (char **each = service->program.envp; *each != NULL; each++)
		if (strncmp(*each, "PATH=", 5) == 0)
			path = *each + 5;
	while (*path != 0) {
		size_t length = strcspn(path, ":");
		snprintf(found, sizeof found, "%.*s/%s", (int)length, path, name);
		if (length > 0 && access(found, X_OK) == 0)
			return found;
		path += length + (path[length] == ':');
	}
	return NULL;
}

/* Whether a table of the kernel's has a socket that waits at the port: listening for TCP (0A), open for UDP (07). */
static int table_has_port(const char *table, uint32_t port, unsigned state)
{
	char line[512];
	int found = 0;
	FILE *file = fopen(table, "re");
	while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
		unsigned at, is;
		found = sscanf(line, " %*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x", &at, &is) == 2 && at == port && is == state;
	}
	if (file != NULL)
		fclose(file);
	return found;
}

/* Nothing connects to it: a server that takes one connection has it left. */
static int port_is_open(uint32_t port)
{
	return table_has_port("/proc/self/net/tcp", port, 0x0a) || table_has_port("/proc/self/net/tcp6", port, 0x0a) ||
	       table_has_port("/proc/self/net/udp", port, 0x07) || table_has_port("/proc/self/net/udp6", port, 0x07);
}

static int service_is_ready(const struct service *service)
{
	switch (service->ready) {
	case READY_PORT:
		return port_is_open(service->port);
	case READY_LINE:
		return memmem(service->said.head, service->said.head_used, service->text, strlen(service->text)) != NULL;
	case READY_FILE:
		return access(service->text, F_OK) == 0;
	default:
		return 1;
	}
}

/* The last that it said, in words of the runner's. */
static const char *service_words(struct service *service)
{
	static char words[SERVICE_HEAD + SERVICE_TAIL + 32];
	static const char before[] = "; it said last: ";
	const size_t most = 600;
	capture_read(&service->said);
	memcpy(words, before, sizeof before);
	char *said = words + sizeof before - 1;
	char *end = (char *)capture_put(&service->said, (unsigned char *)said);
	if (end == said)
		return "; it said nothing";
	*end = 0;
	for (char *each = said; each < end; each++)
		if (*each == 0)
			*each = ' ';
	if ((size_t)(end - said) > most)
		memmove(said, end - most, most + 1);
	return words;
}

/* What was waited for, and did not come. */
static const char *service_lack(const struct service *service)
{
	static char lack[700];
	switch (service->ready) {
	case READY_PORT:
		snprintf(lack, sizeof lack, "nothing waits at port %u", service->port);
		break;
	case READY_LINE:
		snprintf(lack, sizeof lack, "it did not print '%s' (what a program writes to a pipe stays in it until it flushes)", service->text);
		break;
	default:
		snprintf(lack, sizeof lack, "there is no %s", service->text);
	}
	return lack;
}

static void service_died(struct service *service) __attribute__((noreturn));
static void service_died(struct service *service)
{
	int status = service->status;
	fault("service %s ended before it was ready (%s %d)%s", service->name, WIFSIGNALED(status) ? "signal" : "exit status",
	      WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), service_words(service));
}

/* Waits until it is ready. Where it never is, no attempt can be made. */
static void service_await(struct service *service, uint64_t started)
{
	uint64_t until = started + service->within_ns;
	struct attempt none;
	int ended = 1;
	uint32_t others = 0;
	while (!service_is_ready(service)) {
		uint64_t at = now(), look = at + SERVICE_LOOK_NS;
		struct pollfd fds[MOST_SERVICES + 1];
		nfds_t count = services_poll(fds);
		if (service->ended)
			service_died(service);
		if (at >= until)
			fault("service %s was not ready within %llu ms: %s%s", service->name, (unsigned long long)(service->within_ns / MS),
			      service_lack(service), service_words(service));
		fds[count] = (struct pollfd){.fd = child_signals, .events = POLLIN};
		if (poll_until(fds, count + 1, service->ready == READY_LINE || look > until ? until : look) > 0) {
			services_read(fds);
			if (fds[count].revents)
				read_signals();
		}
		reap(0, &none, &ended, &others);
		send_due_batch(now());
	}
}

static void services_start(void)
{
	services_killed = 0;
	for (uint32_t i = 0; i < service_count; i++) {
		struct service *service = &services[i];
		struct launch launch = {.program = &service->program};
		service->ended = service->own_end = 0;
		service->program.files = program.files;
		const char *path = service_find(service);
		if (path == NULL)
			fault("service %s: there is no program '%s': not in $OUTDIR, not among the sources, not in the image", service->name,
			      service->program.argv[0]);
		if (capture_open(&service->said) < 0)
			fault("service %s: a place for its output: %s", service->name, strerror(errno));
		launch.path = path;
		launch.out = launch.err = service->said.write_end;
		service->pid = launch_start(&launch);
		if (service->pid < 0)
			fault("service %s: %s: %s: %s", service->name, launch.step, launch.subject, strerror(launch.error));
		service_await(service, now());
	}
}

/* Once nothing of the attempt is alive, and what failed is written down. */
static void services_close(void)
{
	for (uint32_t i = 0; i < service_count; i++) {
		if (services[i].pid <= 0)
			continue;
		capture_finish(&services[i].said);
		services[i].pid = 0;
	}
}

/* Whether it ended by itself, and not well: that is told with the attempt. */
static int service_failed(const struct service *service)
{
	return service->ended && service->own_end && service->status != 0;
}

/* Writes which of them failed, how, how long after the attempt's start, and what they said last. Returns its length: 0 where none did. */
static size_t services_put(unsigned char *at, uint64_t start)
{
	unsigned char *from = at;
	for (uint32_t i = 0; i < service_count; i++) {
		struct service *service = &services[i];
		if (!service_failed(service))
			continue;
		while (capture_read(&service->said))
			;
		struct capture last = service->said;
		size_t name = strlen(service->name), tail = capture_tail(&last);
		/* What was not more than the head holds is in the head alone. */
		size_t head = last.head_used < SERVICE_TAIL - tail ? last.head_used : SERVICE_TAIL - tail;
		put32(at, (uint32_t)name);
		memcpy(at + 4, service->name, name);
		at += 4 + name;
		put32(at, (uint32_t)service->status);
		put64(at + 4, service->ended_at > start ? service->ended_at - start : 0);
		put32(at + 12, (uint32_t)(head + tail));
		last.head = service->said.head + last.head_used - head;
		last.head_used = head;
		last.total = head + tail;
		at = capture_put(&last, at + 16);
	}
	return (size_t)(at - from);
}

#endif
