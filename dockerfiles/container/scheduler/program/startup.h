/*
 * The first instruction of a program: what the kernel put on its stack is made the same in every run, as far as it decides how many instructions
 * follow. The distance of the stack to the next page (it is random, and copying loops depend on it), the random bytes, and the
 * vdso, whose clock loops as the time of day wants: without it, libcs make a system call.
 */
#ifndef STARTUP_H
#define STARTUP_H

#include <elf.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/user.h>

#include "memory.h"

enum { STARTUP_WORDS = 65536 };

/* Changes what the auxiliary vector's entry says; returns whether the vector goes on. */
static int startup_entry(pid_t tid, uint64_t type, uint64_t *kind, uint64_t value)
{
	if (type == AT_SYSINFO_EHDR)
		*kind = AT_IGNORE;
	if (type == AT_RANDOM) {
		ptrace(PTRACE_POKEDATA, tid, value, 0x243f6a8885a308d3);
		ptrace(PTRACE_POKEDATA, tid, value + 8, 0x13198a2e03707344);
	}
	return type != AT_NULL;
}

/* Of a task that has just become a program. */
static void startup_settle(pid_t tid)
{
	static uint64_t words[STARTUP_WORDS];
	struct user_regs_struct registers;
	if (ptrace(PTRACE_GETREGS, tid, 0, &registers) < 0)
		return;
	size_t count = 0, nulls = 0;
	/* Arguments and environment, each ended by a null; then pairs. */
	while (nulls < 2) {
		if (count == STARTUP_WORDS || !peek(tid, registers.rsp + 8 * count, &words[count]))
			return;
		nulls += count > 0 && words[count] == 0;
		count++;
	}
	for (int more = 1; more; count += 2) {
		if (count + 2 > STARTUP_WORDS || !peek(tid, registers.rsp + 8 * count, &words[count]) ||
		    !peek(tid, registers.rsp + 8 * count + 8, &words[count + 1]))
			return;
		more = startup_entry(tid, words[count], &words[count], words[count + 1]);
	}
	/* Strings stay where they are: only the list of them moves down. */
	registers.rsp = (registers.rsp - 8 * count) & ~(uint64_t)0xfff;
	for (size_t i = 0; i < count; i++)
		if (ptrace(PTRACE_POKEDATA, tid, registers.rsp + 8 * i, words[i]) < 0)
			return;
	ptrace(PTRACE_SETREGS, tid, 0, &registers);
}

#endif
