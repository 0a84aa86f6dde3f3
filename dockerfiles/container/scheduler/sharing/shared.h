/*
 * Memory that threads share, as a run that is stepped shows it: words that two threads reached, one of them writing. What reaches them are points of interest:
 * where else a thread is stopped, no other can tell. So are system calls. A point is near where both threads were in the program's own code, or in what it
 * called, and neither had to come first (order.h, phase.h): what libc does to start and end a thread is of less interest, and is most of what there is.
 */
#ifndef SHARED_H
#define SHARED_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../program/operand.h"
#include "order.h"
#include "phase.h"
#include "../program/place.h"

enum { ACCESSES = 6, WORDS_MOST = 1 << 22, STRING_WORDS = 64 };

/* Of one word by one instruction of one task, the last time. */
struct access {
	uint64_t place;
	uint32_t task, time;
	unsigned char writes, length;
	enum phase phase;
};

/* Of eight bytes: who reached them, and how. */
struct word {
	uint64_t key;
	unsigned char used, count, oldest;
	struct access accesses[ACCESSES];
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
	int near;
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

static struct point *point_at(uint64_t address)
{
	struct point *point = points.size > 0 ? point_slot(&points, address) : NULL;
	return point != NULL && point->address == address ? point : NULL;
}

static void point_add(pid_t group, uint64_t address, int near)
{
	char place[PLACE_BYTES];
	struct point *known = point_at(address);
	if (known != NULL) {
		known->near |= near;
		return;
	}
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
	*point_slot(&points, address) = (struct point){address, copy, near};
	points.used++;
}

/* Whoever is stopped before it keeps others from seeing what it does; behind it, from seeing what comes next. */
static void points_of(pid_t group, const struct access *access, int near)
{
	if (access->place == 0)
		return;
	point_add(group, access->place, near);
	if (near)
		point_add(group, access->place + access->length, near);
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

/* Keeps an access in place of the same task's by the same instruction, or else of the oldest. */
static void access_keep(struct word *word, struct access access)
{
	for (int i = 0; i < word->count; i++) {
		struct access *known = &word->accesses[i];
		if (known->task == access.task && known->place == access.place) {
			access.writes |= known->writes;
			*known = access;
			return;
		}
	}
	if (word->count < ACCESSES) {
		word->accesses[word->count++] = access;
		return;
	}
	word->accesses[word->oldest] = access;
	word->oldest = (unsigned char)((word->oldest + 1) % ACCESSES);
}

/* A task of a process is about to reach the word at an address. */
static void word_reached(pid_t group, uint64_t address, struct access access)
{
	uint64_t key = (address >> 3) ^ (uint64_t)group << 48;
	struct word *word = word_of(key);
	if (word == NULL)
		return;
	if (!word->used) {
		*word = (struct word){.key = key, .used = 1};
		words.used++;
	}
	for (int i = 0; i < word->count; i++) {
		const struct access *other = &word->accesses[i];
		if (other->task == access.task || !(other->writes || access.writes))
			continue;
		/* Whoever reads what a thread leaves behind at its end may be waiting for that. */
		if (other->phase == PHASE_ENDS && other->writes && access.phase == PHASE_BODY)
			order_tell(other->task, access.task);
		int near = other->phase == PHASE_BODY && access.phase == PHASE_BODY && !order_known(other->task, other->time, access.task);
		points_of(group, other, near);
		points_of(group, &access, near);
	}
	access.time = order_time(access.task);
	access_keep(word, access);
}

static void bytes_reached(pid_t group, uint64_t address, uint64_t bytes, struct access access)
{
	uint64_t last = address + (bytes > 0 ? bytes - 1 : 0);
	for (uint64_t at = address >> 3, count = 0; at <= last >> 3 && count < STRING_WORDS; at++, count++)
		word_reached(group, at << 3, access);
}

/* What the instruction reaches that a task stands before. */
static void operand_reached(const struct operand *operand, const struct user_regs_struct *registers, pid_t group, uint32_t who, enum phase phase)
{
	struct access access = {.place = registers->rip, .task = who, .phase = phase, .writes = operand->writes != 0, .length = (unsigned char)operand->length};
	if (operand->reach == REACHES_OPERAND) {
		bytes_reached(group, operand_address(operand, registers), (uint64_t)operand->size, access);
	} else if (operand->reach == REACHES_STRING) {
		uint64_t bytes = (uint64_t)operand->size * (operand->repeated ? registers->rcx : 1);
		if (operand->to_target)
			bytes_reached(group, registers->rdi, bytes, access);
		access.writes = 0;
		if (operand->from_source)
			bytes_reached(group, registers->rsi, bytes, access);
	} else if (operand->reach == ASKS_KERNEL) {
		point_add(group, registers->rip, phase == PHASE_BODY);
	}
}

#endif
