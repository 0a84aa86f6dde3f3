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

/* Whether it was started by itself, under another name. */
static int is_again(void)
{
	char name[64] = "";
	FILE *file = fopen("/proc/self/cmdline", "r");
	if (file == NULL || fread(name, 1, sizeof name - 1, file) == 0)
		name[0] = 0;
	if (file != NULL)
		fclose(file);
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
