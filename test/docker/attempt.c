/* The program of the runner's own tests: what it does, its arguments say. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void limit(const char *name, int resource)
{
	struct rlimit limit;
	getrlimit(resource, &limit);
	printf("%s %lld %lld\n", name, (long long)limit.rlim_cur, (long long)limit.rlim_max);
}

static void copy(const char *path)
{
	char bytes[4096];
	size_t got;
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	if (file == NULL) {
		printf("%s: cannot be opened\n", path);
		return;
	}
	while ((got = fread(bytes, 1, sizeof bytes, file)) > 0)
		fwrite(bytes, 1, got, stdout);
}

int main(int count, char **arguments)
{
	for (int i = 1; i + 1 < count; i += 2) {
		const char *verb = arguments[i], *value = arguments[i + 1];
		if (strcmp(verb, "exit") == 0) {
			exit(atoi(value));
		} else if (strcmp(verb, "signal") == 0) {
			fflush(stdout);
			raise(atoi(value));
		} else if (strcmp(verb, "end-by-number") == 0) {
			/* Its process number chooses an end, which it tells first: every exit code, every signal that ends a process. */
			int choice = getpid() % 320;
			int number = choice - 255;
			int ends = number > 0 && number != SIGCHLD && number != SIGCONT && number != SIGURG && number != SIGWINCH &&
				   number != SIGSTOP && number != SIGTSTP && number != SIGTTIN && number != SIGTTOU && number != 32 &&
				   number != 33;
			printf("%s %d", ends ? "signal" : "exit", ends ? number : choice % 256);
			fflush(stdout);
			if (ends)
				raise(number);
			exit(choice % 256);
		} else if (strcmp(verb, "out") == 0) {
			/* So many bytes, each telling its place. */
			for (long at = 0; at < atol(value); at++)
				putchar('a' + (int)(at % 26));
		} else if (strcmp(verb, "err") == 0) {
			fputs(value, stderr);
		} else if (strcmp(verb, "copy") == 0) {
			copy(value);
		} else if (strcmp(verb, "environment") == 0) {
			for (char **each = environ; *each != NULL; each++)
				printf("%s\n", *each);
		} else if (strcmp(verb, "arguments") == 0) {
			for (int each = 0; each < count; each++)
				printf("[%s]\n", arguments[each]);
		} else if (strcmp(verb, "limits") == 0) {
			limit("core", RLIMIT_CORE);
			limit("stack", RLIMIT_STACK);
			limit("files", RLIMIT_NOFILE);
		} else if (strcmp(verb, "directory") == 0) {
			printf("%s\n", getcwd(NULL, 0));
		} else if (strcmp(verb, "make") == 0) {
			/* Whether a file of that path can be made. */
			printf("%s %s\n", value, open(value, O_CREAT | O_WRONLY, 0600) >= 0 ? "made" : "refused");
		} else if (strcmp(verb, "exists") == 0) {
			struct stat status;
			printf("%s %s\n", value, lstat(value, &status) == 0 ? "exists" : "does not exist");
		} else if (strcmp(verb, "burn") == 0) {
			/* Milliseconds of processor time. */
			while (clock() < atol(value) * (CLOCKS_PER_SEC / 1000))
				;
		} else if (strcmp(verb, "touch") == 0) {
			/* MiB of memory, written to. */
			size_t size = (size_t)atol(value) << 20;
			memset(malloc(size), 1, size);
		} else if (strcmp(verb, "wait") == 0) {
			for (;;)
				pause();
		}
	}
	return 0;
}
