/*
 * The host: commands from it, frames to it. Where it does not answer any more, or this container is of no more use, the runner ends here.
 */
#ifndef HOST_H
#define HOST_H

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "frame.h"
#include "job.h"
#include "payload.h"

enum { FAULT = 0x85 };
enum { EXIT_DONE = 0, EXIT_FAULT = 70, EXIT_HOST_GONE = 71 };
enum { COMMAND_BYTES = 16 << 20 };

#define MS 1000000ull

/* A host that says and reads nothing for so long is gone. */
static uint64_t silence_ns = 600000 * MS;
static uint16_t sent_frames, received_frames;

static unsigned char *command;
static size_t command_length, command_capacity;

static void fault(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Ends the runner; a job once its log is read, and always with success (job.h). */
static void leave(int code) __attribute__((noreturn));
static void leave(int code)
{
	if (is_job)
		job_linger();
	_exit(is_job ? EXIT_DONE : code);
}

static uint64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

/* Polls until `until` (monotonic). */
static int poll_until(struct pollfd *fds, nfds_t count, uint64_t until)
{
	uint64_t at = now();
	uint64_t left = until > at ? until - at : 0;
	struct timespec timeout = {.tv_sec = (time_t)(left / 1000000000ull), .tv_nsec = (long)(left % 1000000000ull)};
	return ppoll(fds, count, &timeout, NULL);
}

/* Writes to the host. Ends the runner where nobody reads: the host is gone. */
static void send_bytes(const unsigned char *bytes, size_t length)
{
	uint64_t until = now() + silence_ns;
	while (length > 0) {
		struct pollfd ready = {.fd = 1, .events = POLLOUT};
		if (poll_until(&ready, 1, until) < 0 && errno == EINTR)
			continue;
		/* Ready for a page at least: a larger write might block for ever. */
		ssize_t wrote = ready.revents & POLLOUT ? write(1, bytes, length < 4096 ? length : 4096) : -1;
		if (wrote < 0)
			leave(EXIT_HOST_GONE);
		bytes += wrote;
		length -= (size_t)wrote;
	}
}

/* Sends a frame whose payload lies FRAME_HEADER bytes into `frame`. A job's ends a line: a log keeps what follows the last one to itself. */
static void send_frame(unsigned char *frame, size_t length, unsigned type)
{
	frame_header(frame, length, type, sent_frames++);
	send_bytes(frame, length + FRAME_HEADER);
	if (is_job)
		send_bytes((const unsigned char *)"\n", 1);
}

/* Tells the host that this container is of no use, and why, and ends. What is not sent by then was not made. */
static void fault(const char *format, ...)
{
	unsigned char frame[FRAME_HEADER + 1024];
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf((char *)frame + FRAME_HEADER, sizeof frame - FRAME_HEADER, format, arguments);
	va_end(arguments);
	if (length > (int)sizeof frame - FRAME_HEADER - 1)
		length = (int)sizeof frame - FRAME_HEADER - 1;
	send_frame(frame, length < 0 ? 0 : (size_t)length, FAULT);
	leave(EXIT_FAULT);
}

/* Reads some more of a command. Ends the runner at the end of the input: the host wants no more, or is gone. */
static void read_command(void)
{
	if (command_capacity - command_length < 4096) {
		command_capacity = command_capacity * 2 + 65536;
		command = realloc(command, command_capacity);
		if (command == NULL)
			fault("no memory for a command");
	}
	ssize_t got = read(0, command + command_length, command_capacity - command_length);
	if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN))
		leave(EXIT_HOST_GONE);
	if (got > 0)
		command_length += (size_t)got;
}

/* Waits for a whole command: its type, with its payload in `payload`. It is valid until drop_command. */
static int await_command(struct payload *payload)
{
	uint64_t until = now() + silence_ns;
	for (;;) {
		if (command_length >= FRAME_HEADER) {
			size_t length = get32(command);
			if (length > COMMAND_BYTES)
				fault("a command of %zu bytes", length);
			if (command_length >= FRAME_HEADER + length) {
				if (!frame_sound(command, length, received_frames++))
					fault("a damaged command");
				payload->at = command + FRAME_HEADER;
				payload->left = length;
				payload->bad = 0;
				return command[4];
			}
		}
		struct pollfd input = {.fd = 0, .events = POLLIN};
		int ready = poll_until(&input, 1, until);
		if (ready == 0)
			leave(EXIT_HOST_GONE);
		if (ready > 0)
			read_command();
	}
}

static void drop_command(void)
{
	size_t length = FRAME_HEADER + get32(command);
	command_length -= length;
	memmove(command, command + length, command_length);
}

/* Leaves the command in memory for good, because its strings are used where they lie; what came after it is the next. */
static void keep_command(void)
{
	size_t length = FRAME_HEADER + get32(command);
	unsigned char *kept = command;
	command_length -= length;
	command_capacity = command_length + 65536;
	command = malloc(command_capacity);
	if (command == NULL)
		fault("no memory for a command");
	memcpy(command, kept + length, command_length);
}

#endif
