/* A terminal for an attempt: what it writes is captured, and what it is to read was typed before it starts. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "capture.h"

enum { TYPED_BYTES = 4000, END_OF_INPUT = 4, TYPED_MS = 1000 };

/* Types what the file holds, and the end of input after it. More than a terminal keeps for its reader is refused before (src/plan). */
static int terminal_type(int keyboard, const char *path)
{
	char typed[TYPED_BYTES + 2];
	int file = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	ssize_t length = file < 0 ? -1 : read(file, typed, TYPED_BYTES);
	if (file >= 0)
		close(file);
	if (length < 0)
		return -1;
	/* Within a line it only ends the waiting for more of that line. */
	if (length > 0 && typed[length - 1] != '\n')
		typed[length++] = END_OF_INPUT;
	typed[length++] = END_OF_INPUT;
	return write(keyboard, typed, (size_t)length) == length ? 0 : -1;
}

/* A fresh terminal for every attempt, of 80 columns and 24 lines. Lines of its output end with a newline alone, as in a pipe. */
static int terminal_open(struct capture *c, const char *input)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	struct termios settings;
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK), slave;
	if (master < 0)
		return -1;
	if (unlockpt(master) < 0 || (slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0)
		return -1;
	if (tcgetattr(slave, &settings) < 0)
		return -1;
	settings.c_oflag &= ~(tcflag_t)ONLCR;
	if (tcsetattr(slave, TCSANOW, &settings) < 0 || ioctl(slave, TIOCSWINSZ, &size) < 0)
		return -1;
	c->read_end = master;
	c->write_end = slave;
	c->terminal = 1;
	c->sealed = 0;
	c->head_used = c->ring_at = 0;
	c->total = 0;
	if (terminal_type(master, input) < 0)
		return -1;
	/*
	 * A thread of the kernel takes what was typed to the reader, and its echo to the output. A program that starts before it did would find its
	 * own words before the echo in one attempt and behind it in the next. There is something to read: the end of input at least.
	 */
	struct pollfd typed = {.fd = slave, .events = POLLIN};
	while (poll(&typed, 1, TYPED_MS) < 0 && errno == EINTR)
		;
	return 0;
}

#endif
