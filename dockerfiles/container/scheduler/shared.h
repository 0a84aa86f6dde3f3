/*
 * Memory that threads share, as a run that is stepped shows it: words that two threads reached, one of them writing. What reaches it are points of interest:
 * where else a thread is stopped, no other can tell. So are system calls.
 */
#ifndef SHARED_H
#define SHARED_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "operand.h"
#include "place.h"

enum { WORD_PLACES = 6, WORDS_MOST = 1 << 22, STRING_WORDS = 64 };

/* Of eight bytes: who reached them first, whether others did, whether it was written, and from which instructions. */
struct word {
	uint64_t key;
	uint32_t first;
	unsigned char used, others, written, count;
	uint64_t places[WORD_PLACES];
};

struct words {
	struct word *table;
	/* A power of two, or 0. */
	size_t size, used;
};
static struct words words;

/* An instruction that is a point, and its place's name. */
struct point {
	uint64_t address;
	char *place;
};

struct points {
	struct point *table;
	size_t size, used;
};
static struct points points;

static size_t hash_of(uint64_t key)
{
	return (size_t)(key * 0x9e3779b97f4a7c15u >> 20);
}

static struct point *point_slot(const struct points *set, uint64_t address)
{
	size_t at = hash_of(address) & (set->size - 1);
	while (set->table[at].address != 0 && set->table[at].address != address)
		at = (at + 1) & (set->size - 1);
	return &set->table[at];
}

/* The place's name, or NULL where the address is no point. */
static const char *point_at(uint64_t address)
{
	const struct point *point = points.size > 0 ? point_slot(&points, address) : NULL;
	return point != NULL && point->address == address ? point->place : NULL;
}

static void point_add(pid_t group, uint64_t address)
{
	char place[PLACE_BYTES];
	if (point_at(address) != NULL)
		return;
	if (4 * points.used >= 3 * points.size) {
		struct points larger = {.size = points.size ? 2 * points.size : 256, .used = points.used};
		larger.table = calloc(larger.size, sizeof *larger.table);
		if (larger.table == NULL)
			return;
		for (size_t i = 0; i < points.size; i++)
			if (points.table[i].address != 0)
				*point_slot(&larger, points.table[i].address) = points.table[i];
		free(points.table);
		points = larger;
	}
	place_name(group, address, place, sizeof place);
	char *copy = strdup(place);
	if (copy == NULL)
		return;
	*point_slot(&points, address) = (struct point){address, copy};
	points.used++;
}

static void points_forget(void)
{
	for (size_t i = 0; i < points.size; i++)
		free(points.table[i].place);
	free(points.table);
	free(words.table);
	points = (struct points){0};
	words = (struct words){0};
}

static struct word *word_slot(const struct words *all, uint64_t key)
{
	size_t at = hash_of(key) & (all->size - 1);
	while (all->table[at].used && all->table[at].key != key)
		at = (at + 1) & (all->size - 1);
	return &all->table[at];
}

static struct word *word_of(uint64_t key)
{
	if (4 * words.used >= 3 * words.size) {
		struct words larger = {.size = words.size ? 2 * words.size : 4096, .used = words.used};
		larger.table = larger.size > WORDS_MOST ? NULL : calloc(larger.size, sizeof *larger.table);
		if (larger.table == NULL)
			return NULL;
		for (size_t i = 0; i < words.size; i++)
			if (words.table[i].used)
				*word_slot(&larger, words.table[i].key) = words.table[i];
		free(words.table);
		words = larger;
	}
	return word_slot(&words, key);
}

/* Task number `who` of process `group` is about to reach the word at an address by the instruction at `place`. */
static void word_reached(pid_t group, uint64_t address, uint32_t who, int writes, uint64_t place)
{
	uint64_t key = (address >> 3) ^ (uint64_t)group << 48;
	struct word *word = word_of(key);
	if (word == NULL)
		return;
	if (!word->used) {
		*word = (struct word){.key = key, .first = who, .used = 1};
		words.used++;
	}
	int shared = word->others && word->written;
	word->others |= word->first != who;
	word->written |= writes != 0;
	if (shared) {
		point_add(group, place);
		return;
	}
	int known = 0;
	for (int i = 0; i < word->count; i++)
		known |= word->places[i] == place;
	if (!known && word->count < WORD_PLACES)
		word->places[word->count++] = place;
	if (!word->others || !word->written)
		return;
	for (int i = 0; i < word->count; i++)
		point_add(group, word->places[i]);
	point_add(group, place);
}

static void bytes_reached(pid_t group, uint64_t address, uint64_t bytes, uint32_t who, int writes, uint64_t place)
{
	uint64_t last = address + (bytes > 0 ? bytes - 1 : 0);
	for (uint64_t at = address >> 3, count = 0; at <= last >> 3 && count < STRING_WORDS; at++, count++)
		word_reached(group, at << 3, who, writes, place);
}

/* What the instruction reaches that a task stands before. */
static void operand_reached(const struct operand *operand, const struct user_regs_struct *registers, pid_t group, uint32_t who)
{
	if (operand->reach == REACHES_OPERAND) {
		bytes_reached(group, operand_address(operand, registers), (uint64_t)operand->size, who, operand->writes, registers->rip);
	} else if (operand->reach == REACHES_STRING) {
		uint64_t bytes = (uint64_t)operand->size * (operand->repeated ? registers->rcx : 1);
		if (operand->from_source)
			bytes_reached(group, registers->rsi, bytes, who, 0, registers->rip);
		if (operand->to_target)
			bytes_reached(group, registers->rdi, bytes, who, operand->writes, registers->rip);
	} else if (operand->reach == ASKS_KERNEL) {
		point_add(group, registers->rip);
	}
}

#endif
