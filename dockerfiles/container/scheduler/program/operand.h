/*
 * What an instruction reaches in memory: read from its code, as far as that takes (Intel's manual, volume 2, 2.1 to 2.7: prefixes, opcode, ModR/M, SIB,
 * displacement). Pushes, calls and returns reach the thread's own stack, and count as nothing. What is not known counts as a write of 8 bytes.
 */
#ifndef OPERAND_H
#define OPERAND_H

#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <sys/user.h>

#include "memory.h"

enum { CODE_BYTES = 16, NO_REGISTER = -1 };
enum reach { REACHES_NOTHING, REACHES_OPERAND, REACHES_STRING, ASKS_KERNEL };
/* Where it leads, as far as calls go: by a pointer means not by one at a fixed place, as a jump between libraries is. */
enum flow { GOES_ON, CALLS, CALLS_POINTER };

struct operand {
	enum reach reach;
	int writes, size;
	/* Numbers of registers as the processor counts them. */
	int base, index, scale, segment;
	int64_t displacement;
	/* From the instruction that follows. */
	int relative;
	int length;
	/* Of a string: it reads at rsi, writes at rdi, is repeated. */
	int from_source, to_target, repeated;
	enum flow flow;
};

struct code {
	const unsigned char *at;
	int wide, extend_register, extend_index, extend_base, operand_size, vector;
};

static void read_prefixes(struct code *code, struct operand *operand)
{
	for (;; code->at++) {
		switch (*code->at) {
		case 0x66:
			code->operand_size = 2;
			continue;
		case 0xf2:
		case 0xf3:
			operand->repeated = 1;
			continue;
		case 0xf0:
			operand->writes = 1;
			continue;
		case 0x64:
		case 0x65:
			operand->segment = *code->at;
			continue;
		case 0x67:
		case 0x2e:
		case 0x36:
		case 0x3e:
		case 0x26:
			continue;
		default:
			break;
		}
		break;
	}
	if ((*code->at & 0xf0) != 0x40)
		return;
	code->wide = *code->at >> 3 & 1;
	code->extend_register = *code->at >> 2 & 1;
	code->extend_index = *code->at >> 1 & 1;
	code->extend_base = *code->at & 1;
	code->at++;
}

/* The ModR/M byte and what follows it; `immediate` bytes stand behind. 0 where it names no memory. */
static int read_operand(struct code *code, struct operand *operand)
{
	unsigned mode = code->at[0] >> 6, rest = code->at[0] & 7;
	code->at++;
	if (mode == 3)
		return 0;
	operand->base = (int)rest + 8 * code->extend_base;
	operand->index = NO_REGISTER;
	if (rest == 4) {
		unsigned sib = *code->at++;
		int index = (int)(sib >> 3 & 7) + 8 * code->extend_index;
		operand->scale = (int)(sib >> 6);
		operand->index = index == 4 ? NO_REGISTER : index;
		operand->base = (int)(sib & 7) + 8 * code->extend_base;
		if (mode == 0 && (sib & 7) == 5)
			operand->base = NO_REGISTER;
	} else if (mode == 0 && rest == 5) {
		operand->base = NO_REGISTER;
		operand->relative = 1;
	}
	if (mode == 1) {
		operand->displacement = (int8_t)*code->at++;
	} else if (mode == 2 || operand->base == NO_REGISTER) {
		int32_t displacement;
		memcpy(&displacement, code->at, 4);
		operand->displacement = displacement;
		code->at += 4;
	}
	return 1;
}

/* Of the opcodes of one byte: whether a ModR/M byte follows. */
static int has_operand(unsigned char opcode)
{
	if (opcode < 0x40)
		return (opcode & 7) < 4;
	return opcode == 0x63 || opcode == 0x69 || opcode == 0x6b || (opcode >= 0x80 && opcode <= 0x8f) || opcode == 0xc0 || opcode == 0xc1 ||
	       opcode == 0xc6 || opcode == 0xc7 || (opcode >= 0xd0 && opcode <= 0xd3) || (opcode >= 0xd8 && opcode <= 0xdf) || opcode == 0xf6 ||
	       opcode == 0xf7 || opcode >= 0xfe;
}

static int writes_operand(unsigned char opcode, unsigned extension)
{
	if (opcode < 0x40)
		return (opcode & 7) < 2 && opcode < 0x38;
	switch (opcode) {
	case 0x80:
	case 0x81:
	case 0x83:
		return extension != 7;
	case 0x86:
	case 0x87:
	case 0x88:
	case 0x89:
	case 0x8f:
	case 0xc0:
	case 0xc1:
	case 0xc6:
	case 0xc7:
	case 0xd0:
	case 0xd1:
	case 0xd2:
	case 0xd3:
		return 1;
	case 0xf6:
	case 0xf7:
		return extension == 2 || extension == 3;
	case 0xfe:
	case 0xff:
		return extension < 2;
	default:
		return opcode >= 0xd8 && opcode <= 0xdf && (extension == 2 || extension == 3 || extension >= 6);
	}
}

/* Immediate bytes behind the operand, which an address relative to the next instruction is counted over. */
static int immediate_bytes(unsigned char opcode, unsigned extension, int operand_size)
{
	switch (opcode) {
	case 0x6b:
	case 0x80:
	case 0x83:
	case 0xc0:
	case 0xc1:
	case 0xc6:
		return 1;
	case 0x69:
	case 0x81:
	case 0xc7:
		return operand_size == 2 ? 2 : 4;
	case 0xf6:
		return extension < 2 ? 1 : 0;
	case 0xf7:
		return extension < 2 ? (operand_size == 2 ? 2 : 4) : 0;
	default:
		return 0;
	}
}

/* Opcodes behind 0x0f that name no memory, though some have a ModR/M byte. */
static int second_reaches_nothing(unsigned char opcode)
{
	return (opcode & 0xf0) == 0x80 || (opcode & 0xf8) == 0xc8 || (opcode >= 0x18 && opcode <= 0x1f) || opcode == 0x01 || opcode == 0x0b || opcode == 0x0d ||
	       opcode == 0x31 || opcode == 0x77 || opcode == 0xa2 || opcode == 0xae || opcode == 0xa0 || opcode == 0xa1 || opcode == 0xa8 || opcode == 0xa9;
}

static int second_writes(unsigned char opcode)
{
	static const unsigned char writing[] = {0x11, 0x13, 0x17, 0x29, 0x2b, 0x7e, 0x7f, 0xa3, 0xa4, 0xa5, 0xab, 0xac, 0xad,
						0xb0, 0xb1, 0xb3, 0xba, 0xbb, 0xc0, 0xc1, 0xc3, 0xc7, 0xd6, 0xe7};
	return (opcode & 0xf0) == 0x90 || memchr(writing, opcode, sizeof writing) != NULL;
}

static int second_immediate(unsigned char opcode)
{
	return opcode == 0x70 || opcode == 0x71 || opcode == 0x72 || opcode == 0x73 || opcode == 0xa4 || opcode == 0xac || opcode == 0xba || opcode == 0xc2 ||
	       opcode == 0xc4 || opcode == 0xc5 || opcode == 0xc6;
}

/* Vectors: what VEX and EVEX say of map and registers; then the opcode. Returns 0 where it names no memory. */
static int read_vector(struct code *code, struct operand *operand)
{
	unsigned map = 1;
	if (*code->at == 0xc5) {
		code->at += 2;
	} else if (*code->at == 0xc4) {
		code->extend_index = !(code->at[1] >> 6 & 1);
		code->extend_base = !(code->at[1] >> 5 & 1);
		map = code->at[1] & 0x1f;
		code->at += 3;
	} else {
		code->extend_index = !(code->at[1] >> 6 & 1);
		code->extend_base = !(code->at[1] >> 5 & 1);
		map = code->at[1] & 7;
		code->vector = 16 << (code->at[3] >> 5 & 3);
		code->at += 4;
	}
	unsigned char opcode = *code->at++;
	if (map == 1 && opcode == 0x77)
		return 0;
	operand->writes = map == 1 && second_writes(opcode);
	int immediate = map == 3 || (map == 1 && second_immediate(opcode));
	if (!read_operand(code, operand))
		return 0;
	/* A displacement of one byte counts in vectors. */
	if (code->vector > 0 && (operand->displacement >= -128 && operand->displacement < 128) && !operand->relative)
		operand->displacement *= code->vector;
	operand->size = code->vector > 0 ? code->vector : 32;
	code->at += immediate;
	return 1;
}

static int read_second(struct code *code, struct operand *operand)
{
	unsigned char opcode = *code->at++;
	if (opcode == 0x05) {
		operand->reach = ASKS_KERNEL;
		return 0;
	}
	int map = opcode == 0x38 || opcode == 0x3a ? opcode : 0;
	if (map != 0)
		code->at++;
	else if (second_reaches_nothing(opcode))
		return 0;
	operand->writes |= map == 0 && second_writes(opcode);
	operand->size = map != 0 || opcode < 0x80 || opcode > 0xc7 ? 16 : 8;
	int immediate = map == 0x3a || (map == 0 && second_immediate(opcode));
	if (!read_operand(code, operand))
		return 0;
	code->at += immediate;
	return 1;
}

static enum flow flow_of(unsigned char opcode, unsigned char mode)
{
	if (opcode == 0xe8)
		return CALLS;
	if (opcode != 0xff || (mode >> 3 & 7) != 2)
		return GOES_ON;
	return (mode & 0xc7) == 0x05 ? CALLS : CALLS_POINTER;
}

static int read_first(struct code *code, struct operand *operand)
{
	unsigned char opcode = *code->at++;
	unsigned extension = *code->at >> 3 & 7;
	operand->flow = flow_of(opcode, *code->at);
	/* lea reaches nothing. */
	if (opcode == 0x8d || !has_operand(opcode) || (opcode == 0xff && extension >= 6))
		return 0;
	operand->writes |= writes_operand(opcode, extension);
	operand->size = code->wide ? 8 : (opcode & 1) == 0 && opcode < 0xd8 ? 1 : code->operand_size;
	if (!read_operand(code, operand))
		return 0;
	code->at += immediate_bytes(opcode, extension, code->operand_size);
	return 1;
}

static struct operand operand_decode(const unsigned char *bytes)
{
	struct operand operand = {.base = NO_REGISTER, .index = NO_REGISTER, .size = 8};
	struct code code = {.at = bytes, .operand_size = 4};
	int found;
	read_prefixes(&code, &operand);
	unsigned char first = *code.at;
	if (first == 0x62 || first == 0xc4 || first == 0xc5) {
		found = read_vector(&code, &operand);
	} else if (first == 0x0f) {
		code.at++;
		found = read_second(&code, &operand);
	} else if ((first >= 0xa4 && first <= 0xa7) || (first >= 0xaa && first <= 0xaf)) {
		int stores = first == 0xaa || first == 0xab, loads = first == 0xac || first == 0xad, scans = first >= 0xae;
		operand.reach = REACHES_STRING;
		operand.size = (first & 1) == 0 ? 1 : code.wide ? 8 : code.operand_size;
		operand.from_source = !stores && !scans;
		operand.to_target = !loads;
		operand.writes = first == 0xa4 || first == 0xa5 || stores;
		operand.length = (int)(code.at + 1 - bytes);
		return operand;
	} else {
		found = read_first(&code, &operand);
	}
	if (found)
		operand.reach = REACHES_OPERAND;
	operand.length = (int)(code.at - bytes) + (first == 0xe8 ? 4 : 0);
	return operand;
}

/* Reads the instruction at an address of a stopped task. */
static struct operand operand_at(pid_t tid, uint64_t address)
{
	unsigned char code[CODE_BYTES + 16] = {0};
	if (peek_bytes(tid, address, code, CODE_BYTES) == 0)
		return (struct operand){.base = NO_REGISTER, .index = NO_REGISTER};
	return operand_decode(code);
}

static uint64_t register_numbered(const struct user_regs_struct *registers, int number)
{
	const unsigned long long values[] = {registers->rax, registers->rcx, registers->rdx, registers->rbx, registers->rsp, registers->rbp,
					     registers->rsi, registers->rdi, registers->r8,  registers->r9,  registers->r10, registers->r11,
					     registers->r12, registers->r13, registers->r14, registers->r15};
	return number == NO_REGISTER ? 0 : values[number];
}

/* The address that a task which stands before the instruction will reach. */
static uint64_t operand_address(const struct operand *operand, const struct user_regs_struct *registers)
{
	uint64_t address = (uint64_t)operand->displacement;
	if (operand->relative)
		address += registers->rip + (uint64_t)operand->length;
	address += register_numbered(registers, operand->base);
	address += register_numbered(registers, operand->index) << operand->scale;
	if (operand->segment != 0)
		address += operand->segment == 0x64 ? registers->fs_base : registers->gs_base;
	return address;
}

#endif
