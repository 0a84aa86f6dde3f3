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

/* What one line of a process's map of its memory says; `name` is empty where it has none. */
struct region {
	unsigned long long start, end, offset;
	char rights[8];
	const char *name;
};

static FILE *regions_open(pid_t group)
{
	char path[48];
	snprintf(path, sizeof path, "/proc/%d/maps", (int)group);
	return fopen(path, "re");
}

/* The next one, until the one after it is read; 0 where there is none. */
static int region_next(FILE *maps, struct region *region)
{
	static char line[4600];
	while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
		int name = 0;
		if (sscanf(line, "%llx-%llx %7s %llx %*s %*s %n", &region->start, &region->end, region->rights, &region->offset, &name) < 4)
			continue;
		line[strcspn(line, "\n")] = 0;
		region->name = name > 0 ? line + name : "";
		return 1;
	}
	return 0;
}

static void mappings_read(pid_t group)
{
	struct region region;
	FILE *maps = regions_open(group);
	mapping_count = 0;
	mapped_group = group;
	while (mapping_count < MAPPINGS && region_next(maps, &region)) {
		struct mapping *found = &mappings[mapping_count];
		if (region.rights[2] != 'x' || *region.name != '/' || strlen(region.name) >= sizeof found->path)
			continue;
		found->start = region.start;
		found->end = region.end;
		found->offset = region.offset;
		strcpy(found->path, region.name);
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
	char of[PLACE_BYTES] = "";
	unsigned long long base = 0, last = 0;
	struct region region;
	FILE *maps = regions_open(group);
	snprintf(name, size, "-");
	while (region_next(maps, &region)) {
		const char *file = strlen(region.name) < sizeof of - 24 ? region.name : "";
		if (*file == '/' && strcmp(file, of) != 0) {
			snprintf(of, sizeof of, "%s", file);
			base = region.start;
		} else if (*file != '/' && (*file != 0 || region.start != last)) {
			of[0] = 0;
		}
		last = region.end;
		if (address < region.start || address >= region.end)
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
