/*
 * Load beside the attempts, for a condition that asks for it: threads of the runner that spin while it runs attempts and sleep
 * otherwise, so that they disturb no other cell's. Threads, not processes: the runner's only children are the attempt's.
 */
#ifndef BUSY_H
#define BUSY_H

#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BUSY_STACK = 16384 };
/* Of the kernel's own headers, which not every C library's compiler has. */
enum { WAIT = 0, WAKE = 1 };

static uint32_t busy_gate;
static uint32_t busy_threads;

static int busy_spin(void *unused)
{
	(void)unused;
	do
		if (__atomic_load_n(&busy_gate, __ATOMIC_RELAXED) == 0)
			syscall(SYS_futex, &busy_gate, WAIT, 0, NULL, NULL, 0);
	while (1);
	return 0;
}

/* Without a C library's threads: those of old glibc need a library of their own. 0, or -1 with errno. */
static int busy_start(uint32_t threads)
{
	const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
	for (busy_threads = 0; busy_threads < threads; busy_threads++) {
		char *stack = malloc(BUSY_STACK);
		if (stack == NULL)
			return -1;
		uintptr_t top = ((uintptr_t)stack + BUSY_STACK) & ~(uintptr_t)63;
		if (clone(busy_spin, (void *)top, flags, NULL) < 0)
			return -1;
	}
	return 0;
}

static void busy_while_running(int on)
{
	if (busy_threads == 0)
		return;
	__atomic_store_n(&busy_gate, (uint32_t)on, __ATOMIC_RELAXED);
	if (on)
		syscall(SYS_futex, &busy_gate, WAKE, busy_threads, NULL, NULL, 0);
}

#endif
