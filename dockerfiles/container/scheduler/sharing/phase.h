/*
 * Where in its life a thread is: in libc's code that starts it, in the function that the program gave it, or in libc's code behind that; and in which calls.
 * Told without symbols: what clone's child calls first is libc's, and calls the program's function by a pointer.
 */
#ifndef PHASE_H
#define PHASE_H

#include <stdint.h>

#include "../program/operand.h"

enum phase { PHASE_BODY, PHASE_BORN, PHASE_STARTS, PHASE_ENDS };
/* Deeper ones are not kept. */
enum { CALLS_KEPT = 32 };

struct life {
	enum phase phase;
	/* Calls that it is in, below libc's first function, the program's function, or (of a first thread) where it was first looked at. */
	uint32_t depth;
	/* Where each leads back to, and the stack where it was made. */
	uint64_t returns[CALLS_KEPT], stacks[CALLS_KEPT];
	/* Its stack where the program's function was called. */
	uint64_t frame;
};

/* The thread stands before an instruction, with that stack. */
static void life_goes_on(struct life *life, const struct operand *operand, uint64_t address, uint64_t stack)
{
	while (life->depth > 0 && stack >= life->stacks[life->depth - 1])
		life->depth--;
	if (life->phase == PHASE_BODY && life->frame != 0 && stack >= life->frame)
		life->phase = PHASE_ENDS;
	if (operand->flow == GOES_ON)
		return;
	if (life->phase == PHASE_BORN && operand->flow == CALLS_POINTER) {
		life->phase = PHASE_STARTS;
	} else if (life->phase == PHASE_STARTS && operand->flow == CALLS_POINTER && life->depth == 0) {
		life->phase = PHASE_BODY;
		life->frame = stack;
	} else if (life->depth < CALLS_KEPT) {
		life->returns[life->depth] = address + (uint64_t)operand->length;
		life->stacks[life->depth++] = stack;
	}
}

/* Where the call that it is in leads back to, or 0. */
static uint64_t life_returns_to(const struct life *life)
{
	return life->depth > 0 ? life->returns[life->depth - 1] : 0;
}

#endif
