/* What a hostile program does, it does while a second thread counts: under control of the scheduler. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int harm(void);
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int counted;

static void *count(void *unused)
{
	for (int i = 0; i < 20; i++) {
		pthread_mutex_lock(&lock);
		counted++;
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

static volatile unsigned long turns;

static void *compute_for_ever(void *unused)
{
	for (;;)
		turns++;
	return unused;
}

/* The name under which it was started; empty where that cannot be read. */
static void own_name(char *name, size_t size)
{
	FILE *file = fopen("/proc/self/cmdline", "r");
	name[file != NULL ? fread(name, 1, size - 1, file) : 0] = 0;
	if (file != NULL)
		fclose(file);
}

/* Whether it was started by itself, under another name. */
static int is_again(void)
{
	char name[64];
	own_name(name, sizeof name);
	return strcmp(name, "again") == 0;
}

int main(void)
{
	pthread_t other;
	pthread_create(&other, NULL, count, NULL);
	int status = harm();
	pthread_join(other, NULL);
	return status;
}
