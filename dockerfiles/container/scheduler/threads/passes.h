/* How often a task came to each place: a hash table from address to count, and the place that it stands at. */
#ifndef PASSES_H
#define PASSES_H

#include <stdint.h>
#include <stdlib.h>

struct pass {
	uint64_t address;
	uint64_t count;
	/* What its instruction reaches (stepping.h): a number there; 0: not known yet. */
	uint32_t operand;
	/* Calls that the task was in when it came here first (phase.h). */
	uint32_t depth;
};

struct passes {
	struct pass *table;
	/* A power of two, or 0. */
	size_t size, used;
	uint64_t here;
	/* Whether it was counted already that the task is here. */
	int counted;
	/* A repeated string instruction stays where it is; it is passed once. */
	int repeats;
};

static struct pass *pass_slot(struct passes *passes, uint64_t address)
{
	size_t at = (size_t)(address * 0x9e3779b97f4a7c15u >> 20) & (passes->size - 1);
	while (passes->table[at].count > 0 && passes->table[at].address != address)
		at = (at + 1) & (passes->size - 1);
	return &passes->table[at];
}

static int passes_grow(struct passes *passes)
{
	struct passes larger = {.size = passes->size ? 2 * passes->size : 1024};
	larger.table = calloc(larger.size, sizeof *larger.table);
	if (larger.table == NULL)
		return 0;
	for (size_t i = 0; i < passes->size; i++)
		if (passes->table[i].count > 0)
			*pass_slot(&larger, passes->table[i].address) = passes->table[i];
	free(passes->table);
	passes->table = larger.table;
	passes->size = larger.size;
	return 1;
}

/* The task came to an address. Returns how often it has by now. */
static uint64_t pass_add(struct passes *passes, uint64_t address)
{
	passes->repeats = passes->counted && passes->here == address;
	passes->here = address;
	passes->counted = 1;
	if (4 * passes->used >= 3 * passes->size && !passes_grow(passes))
		return 0;
	struct pass *pass = pass_slot(passes, address);
	if (passes->repeats)
		return pass->count;
	passes->used += pass->count == 0;
	pass->address = address;
	return ++pass->count;
}

static uint64_t pass_count(struct passes *passes, uint64_t address)
{
	return passes->size > 0 ? pass_slot(passes, address)->count : 0;
}

#endif
