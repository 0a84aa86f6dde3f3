/* The program of the runner's own tests: what it does, its arguments say. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
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

static int connects(const char *address)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(80)};
	inet_pton(AF_INET, address, &to.sin_addr);
	int handle = socket(AF_INET, SOCK_STREAM, 0);
	return handle < 0 ? -1 : connect(handle, (struct sockaddr *)&to, sizeof to);
}

/* Tries what only privilege allows, one after the other, and tells which of it was allowed. */
static void privileges(void)
{
	char handle[64] = {8, 0, 0, 0, 1};
	const struct {
		const char *name;
		long result;
	} tries[] = {
		{"setuid", setuid(0)},
		{"setgid", setgid(0)},
		{"chroot", chroot("/tmp")},
		{"mount", mount("none", "/tmp", "tmpfs", 0, NULL)},
		{"umount", umount2("/tmp", MNT_DETACH)},
		{"remount the root", mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL)},
		{"user namespace", unshare(CLONE_NEWUSER)},
		{"mount namespace", unshare(CLONE_NEWNS)},
		{"device", mknod("/tmp/device", S_IFBLK | 0600, 0xfe00)},
		{"chown", mknod("/tmp/file", S_IFREG | 0600, 0) < 0 ? -1 : chown("/tmp/file", 0, 0)},
		{"host name", sethostname("x", 1)},
		{"time", settimeofday(&(struct timeval){.tv_sec = 1}, NULL)},
		{"raw socket", socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)},
		{"packet socket", socket(AF_PACKET, SOCK_RAW, 0)},
		{"bpf", syscall(SYS_bpf, 0, handle, sizeof handle)},
		{"keyring", syscall(SYS_add_key, "user", "a", "b", 1, -3)},
		{"perf event", syscall(SYS_perf_event_open, handle, 0, -1, -1, 0)},
		{"file handle", syscall(SYS_open_by_handle_at, AT_FDCWD, handle, 0)},
		{"kernel log", syscall(SYS_syslog, 3, handle, sizeof handle)},
		{"priority", setpriority(PRIO_PROCESS, 0, -5)},
		{"limits", setrlimit(RLIMIT_CORE, &(struct rlimit){.rlim_cur = 4096, .rlim_max = 4096})},
		{"network", connects("192.0.2.1")},
	};
	for (unsigned i = 0; i < sizeof tries / sizeof *tries; i++)
		if (tries[i].result >= 0)
			printf("allowed: %s\n", tries[i].name);
	printf("%zu tried\n", sizeof tries / sizeof *tries);
}

/* What the runner's own filter refuses, and as what; and what it must leave. */
static void filtered(void)
{
	static const struct {
		const char *name;
		long number, first;
	} tries[] = {
		{"io_uring_setup", SYS_io_uring_setup, 1},
		{"io_uring_enter", SYS_io_uring_enter, -1},
		{"io_uring_register", SYS_io_uring_register, -1},
		{"keyctl", SYS_keyctl, 0},
		{"add_key", SYS_add_key, 0},
		{"request_key", SYS_request_key, 0},
		{"userfaultfd", SYS_userfaultfd, 0},
		{"socket of the hypervisor", SYS_socket, AF_VSOCK},
		{"socket of the kernel's crypto", SYS_socket, AF_ALG},
		{"socket of Bluetooth", SYS_socket, AF_BLUETOOTH},
		{"unix socket", SYS_socket, AF_UNIX},
		{"internet socket", SYS_socket, AF_INET},
		{"netlink socket", SYS_socket, AF_NETLINK},
	};
	for (unsigned i = 0; i < sizeof tries / sizeof *tries; i++) {
		int type = tries[i].first == AF_ALG ? SOCK_SEQPACKET : tries[i].first == AF_NETLINK ? SOCK_RAW : SOCK_STREAM;
		long result = syscall(tries[i].number, tries[i].first, type, 0);
		printf("%s: %s\n", tries[i].name, result >= 0 ? "allowed" : strerrorname_np(errno));
	}
	/* The same door for 32-bit programs: socket(AF_VSOCK), socketcall, keyctl. */
	static const long compat[][2] = {{359, AF_VSOCK}, {359, AF_UNIX}, {102, 1}, {288, 0}, {425, 1}};
	for (unsigned i = 0; i < sizeof compat / sizeof *compat; i++) {
		long result;
		__asm__ volatile("int $0x80" : "=a"(result) : "a"(compat[i][0]), "b"(compat[i][1]), "c"(1), "d"(0) : "memory");
		printf("32-bit %ld(%ld): %s\n", compat[i][0], compat[i][1], result >= 0 ? "allowed" : strerrorname_np(-(int)result));
	}
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
		} else if (strcmp(verb, "child") == 0) {
			/* A child dies of a signal, as does a child of one; nobody cares. */
			fflush(stdout);
			pid_t child = fork();
			if (child == 0) {
				pid_t grandchild = vfork();
				if (grandchild == 0) {
					kill(getpid(), atoi(value));
					_exit(0);
				}
				waitpid(grandchild, NULL, 0);
				raise(atoi(value));
				_exit(0);
			}
			waitpid(child, NULL, 0);
		} else if (strcmp(verb, "crowd") == 0) {
			/* So many children that stay, or as many as there may be. */
			fflush(stdout);
			for (int left = atoi(value); left > 0; left--) {
				pid_t child = fork();
				if (child < 0)
					break;
				if (child == 0)
					for (;;)
						pause();
			}
		} else if (strcmp(verb, "chance") == 0) {
			/* Dies once in so many attempts, by the kernel's own dice. */
			unsigned dice = 0;
			FILE *random = fopen("/dev/urandom", "r");
			if (random == NULL || fread(&dice, sizeof dice, 1, random) != 1)
				exit(3);
			if (dice % (unsigned)atol(value) == 0)
				raise(SIGSEGV);
			exit(0);
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
		} else if (strcmp(verb, "filtered") == 0) {
			filtered();
		} else if (strcmp(verb, "limits") == 0) {
			limit("core", RLIMIT_CORE);
			limit("stack", RLIMIT_STACK);
			limit("files", RLIMIT_NOFILE);
		} else if (strcmp(verb, "directory") == 0) {
			printf("%s\n", getcwd(NULL, 0));
		} else if (strcmp(verb, "make") == 0) {
			/* Whether a file of that path can be made. */
			printf("%s %s\n", value, open(value, O_CREAT | O_WRONLY, 0600) >= 0 ? "made" : "refused");
		} else if (strcmp(verb, "privileges") == 0) {
			privileges();
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
		} else if (strcmp(verb, "sleep") == 0) {
			/* Milliseconds. */
			usleep(atol(value) * 1000);
		} else if (strcmp(verb, "wait") == 0) {
			for (;;)
				pause();
		}
	}
	return 0;
}
