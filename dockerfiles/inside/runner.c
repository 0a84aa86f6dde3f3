/*
 * The runner: process 1 of a container in which attempts are made, one after the other, each alone. It is told what to do on standard input
 * and answers on standard output, in frames (runner/host.h; src/run/protocol.ts is the other side). It reports what the
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
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/host.h"
#include "runner/capture.h"
#include "runner/batch.h"
#include "runner/memory.h"
#include "runner/spawn.h"
#include "runner/places.h"
#include "runner/busy.h"
#include "runner/filter.h"

enum { PROTOCOL = 1 };
enum { CONFIGURE = 0x01, RUN = 0x02, QUIT = 0x03 };
enum { HELLO = 0x81, READY = 0x82, DONE = 0x84 };
enum { OUTPUT_BYTES = 512 << 20 };

/* Records wait this long at most, so that progress is live; without any, a frame says that the runner is. */
#define BATCH_NS (100 * MS)
#define HEARTBEAT_NS (5000 * MS)
/* What SIGKILL has not ended by then, the kernel holds: this container is of no more use. */
#define KILL_NS (20000 * MS)

static struct program program;
static uint64_t timeout_ns;
static int child_signals;
static int64_t oom_kills_before;

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
		if (dead == pid && !*ended) {
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

/* Kills all that the attempt left behind and sees it gone. */
static uint32_t kill_leftovers(void)
{
	uint64_t until = now() + KILL_NS;
	uint32_t count = 0;
	int ended = 1;
	struct attempt none;
	/* One is enough: the kernel lets no process fork that has a fatal signal to take. */
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
	struct pollfd fds[] = {
		{.fd = child_signals, .events = POLLIN},
		{.fd = out.read_end, .events = POLLIN},
		{.fd = err.read_end, .events = POLLIN},
		/* A command sent ahead stays where it is; then only the end of the input is of interest. */
		{.fd = 0, .events = command_length > 0 ? 0 : POLLIN},
	};
	while (!ended) {
		uint64_t flush = batch_sent + (batch_length > 0 ? BATCH_NS : HEARTBEAT_NS);
		uint64_t limit = killed ? killed + KILL_NS : deadline;
		int ready = poll_until(fds, 4, flush < limit ? flush : limit);
		if (ready > 0) {
			if (fds[1].revents)
				capture_read(&out);
			if (fds[2].revents)
				capture_read(&err);
			if (fds[0].revents) {
				read_signals();
				children = reap(pid, attempt, &ended, killed ? &attempt->leftovers : &orphans);
			}
			if (fds[3].revents) {
				read_command();
				fds[3].events = 0;
			}
		}
		if (ended)
			break;
		uint64_t at = now();
		if (at >= flush)
			send_batch();
		if (at >= limit) {
			if (killed)
				fault("attempt %u cannot be killed", attempt->number);
			children = reap(pid, attempt, &ended, &orphans);
			if (!ended) {
				killed = at;
				kill(-1, SIGKILL);
			}
		}
	}
	attempt->timed_out = killed && WIFSIGNALED(attempt->status) && WTERMSIG(attempt->status) == SIGKILL;
	return children;
}

static void make_attempt(uint32_t number)
{
	struct attempt attempt = {.number = number};
	struct launch launch = {.program = &program};
	if (capture_open(&out) < 0 || capture_open(&err) < 0) {
		int error = errno;
		expect_unchanged();
		fault("attempt %u: pipe: %s", number, strerror(error));
	}
	launch.out = out.write_end;
	launch.err = err.write_end;
	attempt.start = now();
	pid_t pid = launch_start(&launch);
	if (pid < 0) {
		expect_unchanged();
		fault("attempt %u: %s: %s: %s", number, launch.step, launch.subject, strerror(launch.error));
	}

	if (await_end(pid, &attempt))
		attempt.leftovers += kill_leftovers();
	capture_finish(&out);
	capture_finish(&err);
	const char *dirty = places_clean();
	if (dirty != NULL)
		fault("attempt %u left what cannot be removed in %s", number, dirty);
	int64_t kills = memory_kills();
	attempt.oom_kills = kills < 0 || oom_kills_before < 0 ? -1 : kills - oom_kills_before;
	oom_kills_before = kills;
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
	for (uint32_t i = 0; i < count; i++) {
		make_attempt(first + i);
		if (now() - batch_sent >= BATCH_NS)
			send_batch();
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
	char pattern = 0;
	int file = open("/proc/sys/kernel/core_pattern", O_RDONLY | O_CLOEXEC);
	if (file >= 0) {
		if (read(file, &pattern, 1) < 1)
			pattern = 0;
		close(file);
	}
	return pattern == '|' || pattern == '@' ? 1 : 0;
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
	const char *directory = take_string(payload);
	program.standard_input = take_string(payload);
	program.argv = take_strings(payload);
	program.envp = take_strings(payload);
	if (payload->bad || payload->left > 0 || batch != NULL || program.argv[0] == NULL || threads > 64 ||
	    (uint64_t)head + tail > OUTPUT_BYTES)
		fault("a bad configuration");

	if (chdir(directory) < 0)
		fault("directory %s: %s", directory, strerror(errno));
	limit(RLIMIT_CORE, "core", core_limit(), 1);
	limit(RLIMIT_STACK, "stack", stack == UINT64_MAX ? RLIM_INFINITY : (rlim_t)stack, 0);
	getrlimit(RLIMIT_NOFILE, &files);
	if (open_files > files.rlim_max)
		fault("open files limit %llu is over the container's %llu", (unsigned long long)open_files,
		      (unsigned long long)files.rlim_max);
	program.files.rlim_cur = program.files.rlim_max = (rlim_t)open_files;

	const char *bad_place = places_find();
	if (bad_place != NULL)
		fault("attempts could write to %s, and it would not be cleaned between them", bad_place);
	batch_capacity = FRAME_HEADER + BATCH_BYTES + RECORD + 16 + 2 * ((size_t)head + tail);
	batch = malloc(batch_capacity);
	if (batch == NULL || !capture_prepare(&out, head, tail) || !capture_prepare(&err, head, tail))
		fault("no memory for output of %u + %u bytes", head, tail);
	if (busy_start(threads) < 0)
		fault("load: %s", strerror(errno));
	standing_read(&standing);
	oom_kills_before = memory_kills();
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

int main(void)
{
	unsigned char hello[FRAME_HEADER + 8];
	struct payload payload;
	if (getpid() != 1) {
		/* It kills every process that it can see. */
		fputs("runner: only as process 1 of a container\n", stderr);
		return EXIT_FAULT;
	}
	crc_prepare();
	prepare();
	put32(hello + FRAME_HEADER, PROTOCOL);
	put32(hello + FRAME_HEADER + 4, (uint32_t)getuid());
	send_frame(hello, 8, HELLO);
	for (;;) {
		switch (await_command(&payload)) {
		case CONFIGURE: {
			unsigned char ready[FRAME_HEADER];
			configure(&payload);
			send_frame(ready, 0, READY);
			break;
		}
		case RUN:
			run(&payload);
			break;
		case QUIT:
			_exit(EXIT_DONE);
		default:
			fault("an unknown command");
		}
	}
}
