/*
 * What every hostile program here is made of: half of its attempts do harm, by chance, and say so first; the other half look whether the world
 * is as a first attempt would find it. So each kind of harm is tested together with the attempts before and after it.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* The harm; what it returns is the attempt's exit code. */
static int harm(void);

static void say(const char *text)
{
	if (write(1, text, strlen(text)) < 0)
		_exit(99);
}

static void wrong(const char *what)
{
	say("not as at first: ");
	say(what);
	say("\n");
	_exit(1);
}

static void expect_empty(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	if (directory == NULL)
		wrong(path);
	while ((entry = readdir(directory)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			wrong(path);
	closedir(directory);
}

/* Numbers in a directory of /proc, its own `self` left out by being no number. */
static int numbers_in(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	int count = 0;
	if (directory == NULL)
		wrong(path);
	while ((entry = readdir(directory)) != NULL)
		count += entry->d_name[0] >= '0' && entry->d_name[0] <= '9';
	closedir(directory);
	return count;
}

static void expect_room(const char *path)
{
	static char block[1 << 20];
	int file = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
	if (file < 0 || write(file, block, sizeof block) != sizeof block)
		wrong(path);
	close(file);
}

static void look(void)
{
	struct shm_info shm;
	struct stat status;
	struct rlimit files;
	sigset_t blocked;
	cpu_set_t cpus;
	char byte;
	if (getppid() != 1)
		wrong("parent");
	if (getsid(0) != getpid() || getpgrp() != getpid())
		wrong("session");
	if (numbers_in("/proc") != 2)
		wrong("processes");
	/* Its own three, and the directory that is being read. */
	if (numbers_in("/proc/self/fd") != 4)
		wrong("descriptors");
	if (read(0, &byte, 1) != 0)
		wrong("standard input");
	for (int stream = 1; stream <= 2; stream++) {
		if (fcntl(stream, F_GETFL) != O_WRONLY || fcntl(stream, F_GETPIPE_SZ) != 65536)
			wrong("pipe");
		if (fstat(stream, &status) < 0 || (status.st_mode & 0777) != 0600)
			wrong("mode of the pipe");
	}
	sigprocmask(SIG_SETMASK, NULL, &blocked);
	for (int number = 1; number < NSIG; number++) {
		struct sigaction action;
		if (sigaction(number, NULL, &action) == 0 && (action.sa_handler != SIG_DFL || sigismember(&blocked, number)))
			wrong("signals");
	}
	if (getpriority(PRIO_PROCESS, 0) != 0 || sched_getaffinity(0, sizeof cpus, &cpus) < 0 ||
	    CPU_COUNT(&cpus) != sysconf(_SC_NPROCESSORS_CONF))
		wrong("priority or affinity");
	if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_cur != 128 || files.rlim_max != 128)
		wrong("limits");
	int score = open("/proc/self/oom_score_adj", O_RDONLY);
	char text[8] = "";
	if (score < 0 || read(score, text, sizeof text - 1) < 0 || strcmp(text, "1000\n") != 0)
		wrong("place in the order of out-of-memory victims");
	close(score);
	if (shmctl(0, SHM_INFO, (struct shmid_ds *)(void *)&shm) < 0 || shm.used_ids != 0)
		wrong("System V shared memory");
	expect_empty("/tmp");
	expect_empty("/dev/shm");
	expect_empty("/dev/mqueue");
	expect_room("/tmp/room");
	expect_room("/dev/shm/room");
}

int main(int count, char **arguments)
{
	unsigned char coin;
	if (getrandom(&coin, 1, 0) != 1)
		return 98;
	if (count == 1 && (coin & 1) == 0) {
		look();
		say("as at first\n");
		return 0;
	}
	(void)arguments;
	say("harm\n");
	return harm();
}
