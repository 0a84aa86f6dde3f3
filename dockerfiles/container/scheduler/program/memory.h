/* Memory of a process. By its file in /proc: an engine's filter of system calls may forbid process_vm_readv, and PTRACE_PEEKDATA wants it stopped. */
#ifndef SCHEDULER_MEMORY_H
#define SCHEDULER_MEMORY_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

static int memory_of(pid_t tid, int flags)
{
	char path[48];
	snprintf(path, sizeof path, "/proc/%d/mem", (int)tid);
	return open(path, flags | O_CLOEXEC);
}

/* Returns how many bytes there were to read. */
static size_t peek_bytes(pid_t tid, uint64_t address, void *bytes, size_t size)
{
	int file = memory_of(tid, O_RDONLY);
	if (file < 0)
		return 0;
	ssize_t got = pread(file, bytes, size, (off_t)address);
	close(file);
	return got > 0 ? (size_t)got : 0;
}

/* Returns whether all of the bytes were written. */
static int poke_bytes(pid_t tid, uint64_t address, const void *bytes, size_t size)
{
	int file = memory_of(tid, O_WRONLY);
	if (file < 0)
		return 0;
	ssize_t put = pwrite(file, bytes, size, (off_t)address);
	close(file);
	return put == (ssize_t)size;
}

static int peek(pid_t tid, uint64_t address, uint64_t *word)
{
	return peek_bytes(tid, address, word, 8) == 8;
}

#endif
