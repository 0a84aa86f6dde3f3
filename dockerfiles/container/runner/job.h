/*
 * A job: the runner's commands as one argument, in base64, for an engine that attaches no standard input (a task of Docker Swarm). They are put
 * where commands are read from. Such an engine starts a task again that ends with a failure, so that a job always ends with 0: what went
 * wrong it says in its last frame.
 */
#ifndef JOB_H
#define JOB_H

#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { JOB_LINGERS_S = 60 };

/* Whether the runner was started as a job. */
static int is_job;

/* A node stops reading a task's log when the task ends, and may drop its last lines: the job stays until it is told to end, or a while. */
static void job_linger(void)
{
	sigset_t end;
	struct timespec most = {.tv_sec = JOB_LINGERS_S};
	sigemptyset(&end);
	sigaddset(&end, SIGTERM);
	sigprocmask(SIG_BLOCK, &end, NULL);
	sigtimedwait(&end, NULL, &most);
}

static int base64_digit(char digit)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = digit == 0 ? NULL : strchr(digits, digit);
	return at == NULL ? -1 : (int)(at - digits);
}

/* Makes the decoded commands the standard input. Returns why it could not, or null. */
static const char *job_take(const char *text)
{
	uint32_t bits = 0;
	int held = 0, file = memfd_create("job", MFD_CLOEXEC);
	is_job = 1;
	if (file < 0)
		return "no memory for a job";
	for (; *text != 0 && *text != '='; text++) {
		int digit = base64_digit(*text);
		if (digit < 0)
			return "a job that is no base64";
		bits = bits << 6 | (uint32_t)digit;
		held += 6;
		if (held < 8)
			continue;
		held -= 8;
		unsigned char byte = (unsigned char)(bits >> held);
		if (write(file, &byte, 1) != 1)
			return "no memory for a job";
	}
	if (lseek(file, 0, SEEK_SET) < 0 || dup2(file, 0) < 0)
		return "a job cannot be read back";
	return NULL;
}

#endif
