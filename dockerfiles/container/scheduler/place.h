/*
 * Places in a program: an address as the file that it was mapped from and the offset in it, which are the same in every run. Addresses are not:
 * a container may not turn their randomisation off.
 */
#ifndef PLACE_H
#define PLACE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

enum { PLACE_BYTES = 320, MAPPINGS = 64 };

struct mapping {
	uint64_t start, end, offset;
	char path[PLACE_BYTES - 24];
};

/* Those that hold code, of the process that was asked about last. */
static struct mapping mappings[MAPPINGS];
static size_t mapping_count;
static pid_t mapped_group;

static void mappings_forget(void)
{
	mapped_group = 0;
}

static void mappings_read(pid_t group)
{
	char path[48];
	static char line[4600];
	snprintf(path, sizeof path, "/proc/%d/maps", (int)group);
	FILE *maps = fopen(path, "re");
	mapping_count = 0;
	mapped_group = group;
	while (maps != NULL && mapping_count < MAPPINGS && fgets(line, sizeof line, maps) != NULL) {
		struct mapping *found = &mappings[mapping_count];
		unsigned long long start, end, offset;
		char rights[8];
		int name = 0;
		if (sscanf(line, "%llx-%llx %7s %llx %*s %*s %n", &start, &end, rights, &offset, &name) < 4 || rights[2] != 'x')
			continue;
		found->start = start;
		found->end = end;
		found->offset = offset;
		line[strcspn(line, "\n")] = 0;
		if (name == 0 || line[name] != '/' || strlen(line + name) >= sizeof found->path)
			continue;
		strcpy(found->path, line + name);
		mapping_count++;
	}
	if (maps != NULL)
		fclose(maps);
}

static const struct mapping *mapping_at(pid_t group, uint64_t address)
{
	for (int fresh = mapped_group == group ? 0 : 1; fresh < 2; fresh++) {
		if (fresh || mapped_group != group)
			mappings_read(group);
		for (size_t i = 0; i < mapping_count; i++)
			if (address >= mappings[i].start && address < mappings[i].end)
				return &mappings[i];
	}
	return NULL;
}

/* `path+0xoffset`, or `-` for code of no file. */
static void place_name(pid_t group, uint64_t address, char *name, size_t size)
{
	const struct mapping *found = mapping_at(group, address);
	if (found == NULL)
		snprintf(name, size, "-");
	else
		snprintf(name, size, "%s+0x%llx", found->path, (unsigned long long)(address - found->start + found->offset));
}

/*
 * The name of a variable's address: `path+0xdistance` from where that file is mapped first, which is the same in every run; `-` where it is on a heap or a
 * stack. What follows a file without a name is its own: variables that begin as zeros.
 */
static void variable_name(pid_t group, uint64_t address, char *name, size_t size)
{
	char path[48], of[PLACE_BYTES] = "", rights[8];
	static char line[4600];
	unsigned long long start, end, offset, base = 0, last = 0;
	snprintf(path, sizeof path, "/proc/%d/maps", (int)group);
	FILE *maps = fopen(path, "re");
	snprintf(name, size, "-");
	while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
		int at = 0;
		if (sscanf(line, "%llx-%llx %7s %llx %*s %*s %n", &start, &end, rights, &offset, &at) < 4)
			continue;
		line[strcspn(line, "\n")] = 0;
		const char *file = at > 0 && (line[at] == 0 || strlen(line + at) < sizeof of - 24) ? line + at : "";
		if (*file == '/' && strcmp(file, of) != 0) {
			snprintf(of, sizeof of, "%s", file);
			base = start;
		} else if (*file != '/' && (*file != 0 || start != last)) {
			of[0] = 0;
		}
		last = end;
		if (address < start || address >= end)
			continue;
		if (of[0] != 0)
			snprintf(name, size, "%.290s+0x%llx", of, (unsigned long long)(address - base));
		break;
	}
	if (maps != NULL)
		fclose(maps);
}

/* The address of a place in a process as it is mapped now, or 0. */
static uint64_t place_address(pid_t group, const char *name)
{
	const char *plus = strrchr(name, '+');
	if (plus == NULL)
		return 0;
	uint64_t offset = strtoull(plus + 1, NULL, 16);
	size_t length = (size_t)(plus - name);
	for (int fresh = mapped_group == group ? 0 : 1; fresh < 2; fresh++) {
		if (fresh)
			mappings_read(group);
		for (size_t i = 0; i < mapping_count; i++) {
			const struct mapping *at = &mappings[i];
			if (strlen(at->path) == length && memcmp(at->path, name, length) == 0 && offset >= at->offset &&
			    offset - at->offset < at->end - at->start)
				return at->start + (offset - at->offset);
		}
	}
	return 0;
}

#endif
