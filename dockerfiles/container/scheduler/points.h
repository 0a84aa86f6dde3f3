/*
 * Points of interest: instructions at which a switch may matter. They reach memory that is not addressed by the stack, call something, or are atomic. Read
 * from the code itself, as far as that takes (Intel's manual, volume 2, 2.1: prefixes, opcode, ModR/M); what is not known counts as one.
 */
#ifndef POINTS_H
#define POINTS_H

#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>

enum { CODE_BYTES = 16 };

/* Whether opcodes of one byte have an operand in memory or in a register: a ModR/M byte follows. */
static int has_operand(unsigned char opcode)
{
	if (opcode < 0x40)
		return (opcode & 7) < 4;
	return opcode == 0x63 || opcode == 0x69 || opcode == 0x6b || (opcode >= 0x80 && opcode <= 0x8f) || opcode == 0xc0 || opcode == 0xc1 ||
	       opcode == 0xc6 || opcode == 0xc7 || (opcode >= 0xd0 && opcode <= 0xd3) || opcode == 0xf6 || opcode == 0xf7 || opcode >= 0xfe;
}

static int is_prefix(unsigned char byte)
{
	return byte == 0x66 || byte == 0x67 || byte == 0xf2 || byte == 0xf3 || byte == 0x2e || byte == 0x36 || byte == 0x3e || byte == 0x26 ||
	       byte == 0x64 || byte == 0x65;
}

/* Whether a ModR/M byte (and the SIB byte behind it) names memory by another register than rsp or rbp, or by an address. */
static int off_the_stack(const unsigned char *at, int extended)
{
	unsigned mode = at[0] >> 6, base = at[0] & 7;
	if (mode == 3)
		return 0;
	if (base == 4)
		base = at[1] & 7;
	if (mode == 0 && base == 5)
		return 1;
	return extended || (base != 4 && base != 5);
}

static int is_point_code(const unsigned char *at)
{
	int extended = 0;
	while (is_prefix(*at))
		at++;
	if (*at == 0xf0)
		return 1;
	if ((*at & 0xf0) == 0x40)
		extended = *at++ & 1;
	switch (*at) {
	case 0xe8: /* call */
	case 0xa4: /* movs, stos and the like */
	case 0xa5:
	case 0xaa:
	case 0xab:
	case 0x62: /* EVEX and VEX: vectors, mostly of strings */
	case 0xc4:
	case 0xc5:
		return 1;
	case 0x8d: /* lea reaches nothing */
		return 0;
	case 0x0f:
		/* Jumps, flags and register exchanges; nop; the rest has an operand. */
		if ((at[1] & 0xf0) == 0x80 || (at[1] & 0xf8) == 0xc8 || at[1] == 0x05 || at[1] == 0x1e || at[1] == 0x1f)
			return 0;
		return off_the_stack(at + 2, extended);
	default:
		return has_operand(*at) && off_the_stack(at + 1, extended);
	}
}

static int is_point(pid_t tid, uint64_t address)
{
	unsigned char code[CODE_BYTES + 8] = {0};
	struct iovec here = {.iov_base = code, .iov_len = CODE_BYTES}, there = {.iov_base = (void *)(uintptr_t)address, .iov_len = CODE_BYTES};
	return process_vm_readv(tid, &here, 1, &there, 1, 0) <= 0 || is_point_code(code);
}

#endif
