/*
 * The places that attempts can write to: every writable tmpfs and message queue mount, and System V objects. An attempt must find
 * them as the first one did.
 */
#ifndef PLACES_H
#define PLACES_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PLACES = 32, KEPT_BYTES = 8192 };

struct place {
	char path[256];
	int fd;
	mode_t mode;
	/* Names that were there from the start, each ended by a NUL, and how many directory entries an untouched place has. */
	char kept[KEPT_BYTES];
	size_t kept_length;
	int entries;
};

static struct place places[PLACES];
static int place_count;

/* What getdents64 fills; the C libraries' own dirent is read through buffers that they allocate. */
struct entry {
	uint64_t inode;
	int64_t offset;
	unsigned short length;
	unsigned char type;
	char name[];
};

static _Alignas(16) char entry_buffer[32768];

static int is_dots(const char *name)
{
	return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
}

static int is_kept(const struct place *place, const char *name)
{
	for (size_t at = 0; at < place->kept_length; at += strlen(place->kept + at) + 1)
		if (strcmp(place->kept + at, name) == 0)
			return 1;
	return 0;
}

/* Fills entry_buffer from the directory's start: its length in bytes, or -1. */
static long first_entries(int fd)
{
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -1;
	return syscall(SYS_getdents64, fd, entry_buffer, sizeof entry_buffer);
}

static int place_add(const char *path)
{
	struct stat status;
	if (place_count == PLACES || strlen(path) >= sizeof places[0].path)
		return -1;
	struct place *place = &places[place_count];
	strcpy(place->path, path);
	place->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (place->fd < 0 || fstat(place->fd, &status) < 0)
		return -1;
	place->mode = status.st_mode;
	long got = first_entries(place->fd);
	if (got < 0 || got > (long)sizeof entry_buffer - 512)
		return -1;
	for (long at = 0; at < got;) {
		struct entry *entry = (struct entry *)(entry_buffer + at);
		at += entry->length;
		place->entries++;
		if (is_dots(entry->name))
			continue;
		size_t length = strlen(entry->name) + 1;
		if (length > sizeof place->kept - place->kept_length)
			return -1;
		memcpy(place->kept + place->kept_length, entry->name, length);
		place->kept_length += length;
	}
	place_count++;
	return 0;
}

/* Undoes the octal escapes of /proc/self/mountinfo, in place. */
static void unescape(char *text)
{
	char *to = text;
	for (char *from = text; *from != 0; to++) {
		if (from[0] == '\\' && from[1] >= '0' && from[1] <= '3') {
			*to = (char)((from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0'));
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = 0;
}

static int is_one_of(const char *name, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(name, *list) == 0)
			return 1;
	return 0;
}

/*
 * Finds the places. Returns NULL, or the path of one that could not be looked at or that is writable and would not be cleaned: a
 * volume, a writable root.
 */
static const char *places_find(void)
{
	static const char *const cleaned[] = {"tmpfs", "mqueue", NULL};
	static const char *const harmless[] = {"proc", "sysfs", "devpts", "cgroup", "cgroup2", NULL};
	static char line[8192], path[4096];
	char options[512], type[64];
	FILE *mounts = fopen("/proc/self/mountinfo", "re");
	if (mounts == NULL)
		return "/proc/self/mountinfo";
	const char *bad = NULL;
	while (bad == NULL && fgets(line, sizeof line, mounts) != NULL) {
		struct stat status;
		char *separator = strstr(line, " - ");
		if (separator == NULL || sscanf(line, "%*s %*s %*s %*s %4095s %511s", path, options) != 2 ||
		    sscanf(separator, " - %63s", type) != 1)
			continue;
		unescape(path);
		if (strncmp(options, "rw", 2) != 0 || access(path, W_OK | X_OK) < 0 || is_one_of(type, harmless))
			continue;
		if (stat(path, &status) < 0 || !S_ISDIR(status.st_mode))
			continue;
		if (!is_one_of(type, cleaned) || place_add(path) < 0)
			bad = path;
	}
	fclose(mounts);
	return bad;
}

/*
 * Removes a directory that holds something: files and empty directories go, other subdirectories move up to the place itself, where
 * they are met later. So the deepest tree takes two descriptors and no recursion. 0, or -1.
 */
static int remove_directory(const struct place *place, const char *name)
{
	static _Alignas(16) char buffer[sizeof entry_buffer];
	static unsigned long moved;
	int changed = 1;
	fchmodat(place->fd, name, 0700, 0);
	int directory = openat(place->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (directory < 0)
		return -1;
	while (changed) {
		changed = 0;
		if (lseek(directory, 0, SEEK_SET) < 0)
			break;
		long got = syscall(SYS_getdents64, directory, buffer, sizeof buffer);
		for (long at = 0; at < got;) {
			struct entry *entry = (struct entry *)(buffer + at);
			at += entry->length;
			if (is_dots(entry->name))
				continue;
			if (unlinkat(directory, entry->name, 0) == 0 || unlinkat(directory, entry->name, AT_REMOVEDIR) == 0) {
				changed = 1;
				continue;
			}
			/* Moving a directory writes to it. Where the new name is taken, the next one is tried. */
			char free_name[32];
			int result;
			fchmodat(directory, entry->name, 0700, 0);
			do {
				snprintf(free_name, sizeof free_name, ".vivarium-%lu", moved++);
				result = renameat(directory, entry->name, place->fd, free_name);
			} while (result < 0 && (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR));
			changed |= result == 0;
		}
	}
	close(directory);
	return unlinkat(place->fd, name, AT_REMOVEDIR);
}

/* Empties a place of everything that it did not hold at the start. 0, or -1 where something cannot be removed. */
static int place_empty(const struct place *place)
{
	int found, removed;
	do {
		found = removed = 0;
		long got = first_entries(place->fd);
		if (got < 0)
			return -1;
		for (long at = 0; at < got;) {
			struct entry *entry = (struct entry *)(entry_buffer + at);
			at += entry->length;
			if (is_dots(entry->name) || is_kept(place, entry->name))
				continue;
			found = 1;
			if (unlinkat(place->fd, entry->name, 0) == 0 || unlinkat(place->fd, entry->name, AT_REMOVEDIR) == 0 ||
			    remove_directory(place, entry->name) == 0)
				removed = 1;
		}
	} while (removed);
	return found ? -1 : 0;
}

#ifndef SHM_STAT_ANY
#define SHM_STAT_ANY 15
#endif
#ifndef SEM_STAT_ANY
#define SEM_STAT_ANY 20
#endif
#ifndef MSG_STAT_ANY
#define MSG_STAT_ANY 13
#endif

union semaphore_argument {
	struct semid_ds *status;
	struct seminfo *info;
};

/* Removes every System V object. There are none of the runner's own. */
static int ipc_empty(void)
{
	struct shm_info shm;
	struct msginfo msg;
	struct seminfo sem;
	union semaphore_argument sem_info = {.info = &sem};
	int top = shmctl(0, SHM_INFO, (struct shmid_ds *)(void *)&shm);
	if (top >= 0 && shm.used_ids > 0) {
		for (int i = 0; i <= top; i++) {
			struct shmid_ds status;
			int id = shmctl(i, SHM_STAT_ANY, &status);
			if (id >= 0 && shmctl(id, IPC_RMID, NULL) < 0)
				return -1;
		}
	}
	top = msgctl(0, MSG_INFO, (struct msqid_ds *)(void *)&msg);
	if (top >= 0 && msg.msgpool > 0) {
		for (int i = 0; i <= top; i++) {
			struct msqid_ds status;
			int id = msgctl(i, MSG_STAT_ANY, &status);
			if (id >= 0 && msgctl(id, IPC_RMID, NULL) < 0)
				return -1;
		}
	}
	top = semctl(0, 0, SEM_INFO, sem_info);
	if (top >= 0 && sem.semusz > 0) {
		for (int i = 0; i <= top; i++) {
			struct semid_ds status;
			union semaphore_argument argument = {.status = &status};
			int id = semctl(i, 0, SEM_STAT_ANY, argument);
			if (id >= 0 && semctl(id, 0, IPC_RMID) < 0)
				return -1;
		}
	}
	return 0;
}

/* Whether a place holds what it held at the start: two calls where it is empty, as after nearly every attempt. */
static int place_untouched(const struct place *place)
{
	int entries = 0;
	long got = first_entries(place->fd);
	for (long at = 0; at < got; at += ((struct entry *)(entry_buffer + at))->length)
		entries++;
	return got >= 0 && entries == place->entries;
}

/* Removes what an attempt left behind. NULL, or what could not be emptied. */
static const char *places_clean(void)
{
	for (int i = 0; i < place_count; i++)
		if (!place_untouched(&places[i]) && place_empty(&places[i]) < 0)
			return places[i].path;
	return ipc_empty() < 0 ? "System V IPC" : NULL;
}

/* Whether the places themselves are as they were: their mode, and that nothing of what they held at the start is gone. */
static const char *places_changed(void)
{
	struct stat status;
	for (int i = 0; i < place_count; i++) {
		const struct place *place = &places[i];
		if (fstat(place->fd, &status) < 0 || status.st_mode != place->mode)
			return place->path;
		for (size_t at = 0; at < place->kept_length; at += strlen(place->kept + at) + 1)
			if (fstatat(place->fd, place->kept + at, &status, AT_SYMLINK_NOFOLLOW) < 0)
				return place->path;
	}
	return NULL;
}

#endif
