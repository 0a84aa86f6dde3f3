/*
 * Frames, the only thing on the runner's standard output, and the form of commands on its standard input.
 *
 *   u32 length of the payload | u8 type | u8 0 | u16 sequence | u32 CRC-32 of the eight bytes before and the payload
 *
 * Numbers are little endian. The sequence counts the frames of a direction from 0, so that a lost or doubled frame shows.
 */
#ifndef FRAME_H
#define FRAME_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FRAME_HEADER = 12 };

static uint32_t crc_table[256];

static void crc_prepare(void)
{
	for (uint32_t byte = 0; byte < 256; byte++) {
		uint32_t crc = byte;
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
		crc_table[byte] = crc;
	}
}

static uint32_t crc_add(uint32_t crc, const unsigned char *data, size_t length)
{
	crc = ~crc;
	while (length--)
		crc = crc >> 8 ^ crc_table[(crc ^ *data++) & 0xff];
	return ~crc;
}

static void put32(unsigned char *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (unsigned char)(value >> 8 * i);
}

static void put64(unsigned char *at, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		at[i] = (unsigned char)(value >> 8 * i);
}

static uint32_t get32(const unsigned char *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static uint64_t get64(const unsigned char *at)
{
	return (uint64_t)get32(at) | (uint64_t)get32(at + 4) << 32;
}

static void frame_header(unsigned char *frame, size_t length, unsigned type, uint16_t sequence)
{
	put32(frame, (uint32_t)length);
	frame[4] = (unsigned char)type;
	frame[5] = 0;
	frame[6] = (unsigned char)sequence;
	frame[7] = (unsigned char)(sequence >> 8);
	put32(frame + 8, crc_add(crc_add(0, frame, 8), frame + FRAME_HEADER, length));
}

/* Whether the whole frame in memory is the one of that sequence number and undamaged. */
static int frame_sound(const unsigned char *frame, size_t length, uint16_t sequence)
{
	return frame[5] == 0 && (frame[6] | frame[7] << 8) == sequence &&
	       get32(frame + 8) == crc_add(crc_add(0, frame, 8), frame + FRAME_HEADER, length);
}

#endif
