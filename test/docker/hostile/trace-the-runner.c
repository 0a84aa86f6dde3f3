#include "hostile.h"

static int harm(void)
{
	static const char *const files[] = {"/proc/1/mem", "/proc/1/environ", "/proc/1/maps", "/proc/1/auxv", "/proc/1/syscall",
					    "/proc/1/oom_score_adj", "/proc/1/fd", "/proc/1/exe", "/proc/1/root", "/proc/1/cwd",
					    "/proc/1/timerslack_ns", "/proc/1/autogroup", "/proc/1/clear_refs", "/proc/1/coredump_filter"};
	char bytes[16];
	struct iovec here = {.iov_base = bytes, .iov_len = sizeof bytes};
	struct iovec there = {.iov_base = (void *)0x400000, .iov_len = sizeof bytes};
	for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
		int file = open(files[i], O_RDWR);
		/* Reading some of them opens, but yields nothing. */
		if (file < 0)
			file = open(files[i], O_RDONLY);
		if (file >= 0 && write(file, "0", 1) > 0)
			return 10 + (int)i;
		if (file >= 0 && i < 5 && read(file, bytes, sizeof bytes) > 0)
			return 10 + (int)i;
	}
	if (ptrace(PTRACE_ATTACH, 1, 0, 0) == 0 || ptrace(PTRACE_SEIZE, 1, 0, 0) == 0)
		return 30;
	if (process_vm_readv(1, &here, 1, &there, 1, 0) > 0 || process_vm_writev(1, &here, 1, &there, 1, 0) > 0)
		return 31;
#ifdef SYS_pidfd_open
	int pidfd = (int)syscall(SYS_pidfd_open, 1, 0);
	if (pidfd >= 0 && syscall(438 /* pidfd_getfd */, pidfd, 1, 0) >= 0)
		return 32;
#endif
	return 0;
}
