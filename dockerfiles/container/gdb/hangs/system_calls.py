"""System calls that a thread may wait in, by their numbers (arch/x86/entry/syscalls of the kernel)."""

AMD64 = {
    0: "read", 1: "write", 7: "poll", 20: "writev", 23: "select", 34: "pause", 35: "nanosleep", 42: "connect",
    43: "accept", 44: "sendto", 45: "recvfrom", 46: "sendmsg", 47: "recvmsg", 58: "vfork", 61: "wait4", 65: "semop",
    69: "msgsnd", 70: "msgrcv", 72: "fcntl", 73: "flock", 74: "fsync", 128: "rt_sigtimedwait", 130: "rt_sigsuspend",
    202: "futex", 219: "restart_syscall", 220: "semtimedop", 230: "clock_nanosleep", 232: "epoll_wait", 247: "waitid",
    270: "pselect6", 271: "ppoll", 281: "epoll_pwait", 288: "accept4", 299: "recvmmsg", 441: "epoll_pwait2",
    449: "futex_waitv",
}  # fmt: skip
#: With times of 64 bits, a call has the name that it has without.
I386 = {
    0: "restart_syscall", 3: "read", 4: "write", 7: "waitpid", 29: "pause", 55: "fcntl", 82: "select", 102: "socketcall",
    114: "wait4", 117: "ipc", 118: "fsync", 142: "select", 143: "flock", 146: "writev", 162: "nanosleep", 168: "poll",
    177: "rt_sigtimedwait", 179: "rt_sigsuspend", 190: "vfork", 221: "fcntl", 240: "futex", 256: "epoll_wait",
    267: "clock_nanosleep", 284: "waitid", 308: "pselect6", 309: "ppoll", 319: "epoll_pwait", 337: "recvmmsg",
    362: "connect", 364: "accept4", 369: "sendto", 370: "sendmsg", 371: "recvfrom", 372: "recvmsg", 400: "msgsnd",
    401: "msgrcv", 407: "clock_nanosleep", 413: "pselect6", 414: "ppoll", 417: "recvmmsg", 420: "semtimedop",
    421: "rt_sigtimedwait", 422: "futex", 441: "epoll_pwait2", 449: "futex_waitv",
}  # fmt: skip


def name_of(call, machine):
    """The name of a system call; its number in words where it is none that waits."""
    return (AMD64 if machine.bits == 64 else I386).get(call, "system call %d" % call)
