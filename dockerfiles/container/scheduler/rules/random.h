/* Numbers drawn from a seed: SplitMix64 (Steele, Lea, Flood 2014), which is small and needs no warming up. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

static uint64_t random_state;

static uint64_t random_next(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15u;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* The seed of one attempt of a campaign: so any attempt can be made again alone. */
static void random_begin(uint64_t seed, uint64_t attempt)
{
	random_state = seed;
	random_state = random_next() ^ attempt * 0xd1342543de82ef95u;
	random_next();
}

/* From 0 to limit - 1; the bias is below limit / 2^64. */
static uint64_t random_below(uint64_t limit)
{
	return (uint64_t)((unsigned __int128)random_next() * limit >> 64);
}

/* Steps until the next of something that comes once in `mean` steps: every number from 1 to 2 * mean - 1 is as likely. */
static uint64_t random_steps(uint64_t mean)
{
	return 1 + (mean > 1 ? random_below(2 * mean - 1) : 0);
}

#endif
