/*
 * The runner: process 1 of a container in which attempts are made, one after the other, each alone. It is told what to do on standard input
 * and answers on standard output, in frames (runner/host.h; src/run/runner/protocol.ts is the other side). It reports what the
 * kernel said of each attempt and never decides what an attempt means.
 *
 * Being process 1 is what makes it safe from the programs that it runs, which are its own user's: it cannot be killed or stopped from
 * inside, every orphan becomes its child, and kill(-1) reaches all but itself. wait4 saying that there is no child therefore says that
 * nothing of an attempt is alive.
 *
 * Build: gcc -O2 -Wall -Wextra -static -o runner runner.c
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "runner/host.h"
#include "runner/attempt.h"
#include "runner/capture.h"
#include "runner/batch.h"
#include "runner/memory.h"
#include "runner/places.h"
#include "runner/sent.h"
#include "runner/services.h"
#include "runner/setting.h"
#include "runner/busy.h"
#include "runner/filter.h"
#include "runner/look.h"
#include "runner/scheduled.h"

enum { PROTOCOL = 7 };
enum { CONFIGURE = 0x01, RUN = 0x02, QUIT = 0x03, SCHEDULE = 0x04, PROGRAM = 0x05, LOOK = 0x06 };
enum { HELLO = 0x81, READY = 0x82, DONE = 0x84 };
enum { OUTPUT_BYTES = 512 << 20 };

static void make_attempt(uint32_t number)
{
	static unsigned char failed[SERVICE_TOLD];
	struct attempt attempt = {.number = number};
	services_start();
	pid_t pid = start_attempt(&attempt);
	if (program.traced)
		run_scheduled(pid, &attempt);
	if (program.traced || await_end(pid, &attempt))
		attempt.leftovers += kill_leftovers();
	attempt.services = failed;
	attempt.services_length = services_put(failed, attempt.start);
	close_attempt(&attempt);
	record(&attempt);
	memory_settle();
}

static void run(struct payload *payload)
{
	unsigned char done[FRAME_HEADER + 8];
	uint32_t first = take32(payload), count = take32(payload);
	if (payload->bad || payload->left > 0 || batch == NULL)
		fault("a bad run command");
	put32(done + FRAME_HEADER, first);
	put32(done + FRAME_HEADER + 4, count);
	drop_command();
	busy_while_running(1);
	run_start = batch_sent = now();
	if (program.traced)
		measure_program();
	for (uint32_t i = 0; i < count; i++) {
		make_attempt(first + i);
		send_due_batch(now());
	}
	busy_while_running(0);
	if (batch_length > 0)
		send_batch();
	send_frame(done, 8, DONE);
}

/* A limit of the runner's own that attempts inherit. `hard` too where no attempt is to raise it again. */
static void limit(int resource, const char *name, rlim_t value, int hard)
{
	struct rlimit now_set;
	getrlimit(resource, &now_set);
	now_set.rlim_cur = value;
	if (hard)
		now_set.rlim_max = value;
	if (setrlimit(resource, &now_set) < 0)
		fault("%s limit %llu: %s", name, (unsigned long long)value, strerror(errno));
}

/* A core file would go where the host's core_pattern says. A handler that it is piped to is not called at 1; a file is not written at 0. */
static rlim_t core_limit(void)
{
	char pattern = kernel_setting("kernel/core_pattern");
	return pattern == '|' || pattern == '@' ? 1 : 0;
}

/* Without control groups this is all that stands between a fork bomb and the machine; the kernel counts it over all containers of the user. */
static void limit_processes(uint32_t most)
{
	struct rlimit now_set;
	getrlimit(RLIMIT_NPROC, &now_set);
	limit(RLIMIT_NPROC, "process", now_set.rlim_max < most ? now_set.rlim_max : most, 1);
}

/* The processors that attempts may use: an engine without control groups could not choose them. None named: all. */
static void pin(struct payload *payload)
{
	cpu_set_t cpus;
	uint32_t count = take32(payload);
	CPU_ZERO(&cpus);
	for (uint32_t i = 0; i < count && !payload->bad; i++) {
		uint32_t cpu = take32(payload);
		if (cpu >= CPU_SETSIZE)
			payload->bad = 1;
		else
			CPU_SET(cpu, &cpus);
	}
	if (count > 0 && !payload->bad && sched_setaffinity(0, sizeof cpus, &cpus) < 0)
		fault("processors: %s", strerror(errno));
}

static void configure(struct payload *payload)
{
	struct rlimit files;
	timeout_ns = take64(payload) * MS;
	silence_ns = take64(payload) * MS;
	uint64_t stack = take64(payload);
	uint64_t open_files = take64(payload);
	uint32_t head = take32(payload), tail = take32(payload), threads = take32(payload);
	keep = take32(payload);
	uint32_t processes = take32(payload);
	program.terminal = (int)take32(payload);
	pin(payload);
	const char *directory = take_string(payload);
	program.standard_input = take_string(payload);
	program.argv = take_strings(payload);
	program.envp = take_strings(payload);
	program.open_to_tracers = looks_configure(payload);
	program.files.rlim_cur = program.files.rlim_max = (rlim_t)open_files;
	if (!services_configure(payload) || !signals_configure(payload) || payload->bad || payload->left > 0 || batch != NULL || program.argv[0] == NULL || threads > 64 ||
	    (uint64_t)head + tail > OUTPUT_BYTES)
		fault("a bad configuration");

	if (chdir(directory) < 0)
		fault("directory %s: %s", directory, strerror(errno));
	limit(RLIMIT_CORE, "core", core_limit(), 1);
	limit(RLIMIT_STACK, "stack", stack == UINT64_MAX ? RLIM_INFINITY : (rlim_t)stack, 0);
	if (processes > 0)
		limit_processes(processes);
	getrlimit(RLIMIT_NOFILE, &files);
	if (open_files > files.rlim_max)
		fault("open files limit %llu is over the container's %llu", (unsigned long long)open_files,
		      (unsigned long long)files.rlim_max);

	const char *bad_place = places_find();
	if (bad_place != NULL)
		fault("attempts could write to %s, and it would not be cleaned between them", bad_place);
	batch_capacity = FRAME_HEADER + BATCH_BYTES + RECORD + 16 + 4 + RECORD_BYTES + 4 + TOLD_BYTES + 4 + SERVICE_TOLD + 2 * ((size_t)head + tail);
	batch = malloc(batch_capacity);
	if (batch == NULL || !capture_prepare(&out, head, tail) || !capture_prepare(&err, head, tail))
		fault("no memory for output of %u + %u bytes", head, tail);
	if (busy_start(threads) < 0)
		fault("load: %s", strerror(errno));
	standing_read(&standing);
	oom_kills_before = memory_kills();
	keep_command();
}

/* From now on attempts are made under this schedule; an empty text: under the kernel's own. */
static void schedule(struct payload *payload)
{
	const char *request = take_string(payload);
	program.traced = request[0] != 0;
	if (payload->bad || payload->left > 0 || batch == NULL || (program.traced && !request_read(request)))
		fault("a bad schedule");
	drop_command();
}

/* Another program from now on: where many are compared, a container for each would take longer than its attempts. */
static void change_program(struct payload *payload)
{
	char **argv = take_strings(payload);
	if (payload->bad || payload->left > 0 || batch == NULL || argv[0] == NULL)
		fault("a bad change of program");
	program.argv = argv;
	keep_command();
}

/* What the runner needs before it can speak: signals, descriptors, no way in for others. */
static void prepare(void)
{
	sigset_t child;
	for (int descriptor = 3; descriptor < 256; descriptor++)
		close(descriptor);
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_SETMASK, &child, NULL);
	child_signals = signalfd(-1, &child, SFD_NONBLOCK | SFD_CLOEXEC);
	memory_prepare();
	if (child_signals < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		fault("set-up: %s", strerror(errno));
	/* An emulator of another machine has no filters; the engine's own is there all the same. */
	if (filter_system_calls() < 0 && errno != EINVAL)
		fault("system call filter: %s", strerror(errno));
}

int main(int count, char **arguments)
{
	unsigned char hello[FRAME_HEADER + 8], ready[FRAME_HEADER];
	struct payload payload;
	const char *bad_job = NULL;
	if (getpid() != 1) {
		/* It kills every process that it can see. */
		fputs("runner: only as process 1 of a container\n", stderr);
		return EXIT_FAULT;
	}
	crc_prepare();
	if (count == 3 && strcmp(arguments[1], "--job") == 0)
		bad_job = job_take(arguments[2]);
	prepare();
	if (bad_job != NULL)
		fault("%s", bad_job);
	put32(hello + FRAME_HEADER, PROTOCOL);
	put32(hello + FRAME_HEADER + 4, (uint32_t)getuid());
	send_frame(hello, 8, HELLO);
	for (;;) {
		switch (await_command(&payload)) {
		case CONFIGURE:
			configure(&payload);
			send_frame(ready, 0, READY);
			break;
		case SCHEDULE:
			schedule(&payload);
			send_frame(ready, 0, READY);
			break;
		case PROGRAM:
			change_program(&payload);
			send_frame(ready, 0, READY);
			break;
		case RUN:
			run(&payload);
			break;
		case LOOK:
			look();
			break;
		case QUIT:
			leave(EXIT_DONE);
		default:
			fault("an unknown command");
		}
	}
}
