/*
 * A system call filter on top of the engine's own, for whatever the engine's lets through: engines differ, and attempts shall not. It
 * is inherited by all that the runner starts. What is refused is refused as by a kernel that was built without it, for
 * which libcs and runtimes have a way out; EPERM would be something that no program of theirs was tried with.
 */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define NUMBER_OF_X32 0x40000000u

/* io_uring makes calls that no filter sees; keyrings are shared by all containers of a user; userfaultfd holds the kernel up at will. */
static const uint32_t refused_calls[] = {
	SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register, SYS_add_key, SYS_request_key, SYS_keyctl, SYS_userfaultfd,
};
/* All others (to the hypervisor, to devices, to the kernel's own crypto) are ways out or ask the host to load a module. */
static const uint32_t families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET};

/* Installs the filter for the calls of one architecture. Returns 0, or -1 with errno. */
static int filter_calls(uint32_t architecture, const uint32_t *refused, size_t count, uint32_t socket_call)
{
	struct sock_filter code[64];
	unsigned short length = 0;
	code[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	code[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0);
	code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	code[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	code[length++] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~NUMBER_OF_X32);
	for (size_t each = 0; each < count; each++) {
		code[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, refused[each], 0, 1);
		code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
	}
	code[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, socket_call, 1, 0);
	code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	/* The lower half of the first argument: every architecture that images are made for is little-endian. */
	code[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args));
	for (size_t each = 0; each < COUNT(families); each++) {
		code[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, families[each], 0, 1);
		code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	}
	code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAFNOSUPPORT);
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &(struct sock_fprog){.len = length, .filter = code}, 0, 0);
}

/* Takes from this process and all that it will start what no attempt needs. Takes no_new_privs. Returns 0, or -1 with errno. */
static int filter_system_calls(void)
{
#if defined(__x86_64__)
	/* The same in the 32-bit calls, which any program can make: by number, since their names are not to be had here. socketcall hides its family. */
	static const uint32_t refused_compat[] = {425, 426, 427, 286, 287, 288, 374, 102};
	if (filter_calls(AUDIT_ARCH_I386, refused_compat, COUNT(refused_compat), 359) < 0)
		return -1;
	return filter_calls(AUDIT_ARCH_X86_64, refused_calls, COUNT(refused_calls), SYS_socket);
#elif defined(__aarch64__)
	return filter_calls(AUDIT_ARCH_AARCH64, refused_calls, COUNT(refused_calls), SYS_socket);
#else
	return 0;
#endif
}
