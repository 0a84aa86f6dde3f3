/*
 * Starts the program under gdb exactly as an attempt would be: its arguments, environment, standard streams and limits. It is static, and so
 * nothing of the image runs between gdb and the program: the image's shell, libc and loader may be the repro's.
 *
 *   start -c WORDS            as gdb calls the shell that it starts programs by: the request is in the file that VIVARIUM_START names
 *   start --file FILE         the same, called by `watch` and `scheduler`
 *   start --wait PROGRAM ARGUMENT...   as process 1 of a terminal: waits for the program, and for what is left to it; ends as it ended
 *
 * The request: texts, each ended by a NUL: the soft limits of stack (bytes, or "unlimited") and open files, the paths of standard input, output
 * and error (empty: the one that is there), the number of arguments, the arguments, the program first, and then its whole environment.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LONGEST = 4 << 20, MOST_WORDS = 65536, NOT_STARTED = 127 };

static char text[LONGEST + 1];
static size_t length, at;
static char *words[MOST_WORDS];

static void fail(const char *what)
{
	fprintf(stderr, "start: %s: %s\n", what, strerror(errno));
	_exit(NOT_STARTED);
}

static void read_request(const char *path)
{
	ssize_t got;
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		fail(path);
	while ((got = read(file, text + length, LONGEST - length)) > 0)
		length += (size_t)got;
	if (got < 0)
		fail(path);
	close(file);
}

static char *next(void)
{
	char *word = text + at;
	if (at >= length) {
		errno = EINVAL;
		fail("a request that ends early");
	}
	at += strlen(word) + 1;
	return word;
}

static void limit(int resource, const char *value)
{
	struct rlimit limits;
	getrlimit(resource, &limits);
	rlim_t asked = strcmp(value, "unlimited") == 0 ? RLIM_INFINITY : strtoull(value, NULL, 10);
	limits.rlim_cur = limits.rlim_max < asked ? limits.rlim_max : asked;
	setrlimit(resource, &limits);
}

static void redirect(int stream, int flags)
{
	const char *path = next();
	if (*path == 0)
		return;
	int file = open(path, flags, 0600);
	if (file < 0 || dup2(file, stream) < 0)
		fail(path);
	if (file != stream)
		close(file);
}

/* Becomes the program that the file asks for. */
static void become(const char *path)
{
	read_request(path);
	limit(RLIMIT_STACK, next());
	limit(RLIMIT_NOFILE, next());
	redirect(0, O_RDONLY | O_NOCTTY);
	redirect(1, O_WRONLY | O_CREAT | O_TRUNC);
	redirect(2, O_WRONLY | O_CREAT | O_TRUNC);
	size_t arguments = strtoul(next(), NULL, 10), count = 0;
	if (arguments == 0 || arguments > MOST_WORDS - 2) {
		errno = E2BIG;
		fail("arguments");
	}
	while (count < arguments)
		words[count++] = next();
	words[count++] = NULL;
	char **environment = words + count;
	while (at < length && count < MOST_WORDS - 1)
		words[count++] = next();
	words[count] = NULL;
	execve(words[0], words, environment);
	fail(words[0]);
}

/* Runs a program and ends as it did; the terminal's signals are for it. Process 1 must reap whatever is left to it. */
static int wait_for(char **arguments)
{
	int status, code = NOT_STARTED;
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	pid_t pid = fork();
	if (pid < 0)
		fail("fork");
	if (pid == 0) {
		signal(SIGINT, SIG_DFL);
		signal(SIGQUIT, SIG_DFL);
		execv(arguments[0], arguments);
		fail(arguments[0]);
	}
	for (pid_t dead; (dead = wait(&status)) > 0 || errno == EINTR;) {
		if (dead != pid)
			continue;
		code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		break;
	}
	return code;
}

int main(int count, char **arguments)
{
	const char *file = getenv("VIVARIUM_START");
	if (count > 2 && strcmp(arguments[1], "--wait") == 0)
		return wait_for(arguments + 2);
	if (count == 3 && strcmp(arguments[1], "--file") == 0)
		file = arguments[2];
	if (file == NULL) {
		fputs("start: no request\n", stderr);
		return NOT_STARTED;
	}
	become(file);
}
