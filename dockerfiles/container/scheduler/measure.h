/* What a rule must know of a program: how many steps a run takes, and its sites. Learnt from runs that are no attempts. */
#ifndef MEASURE_H
#define MEASURE_H

#include "control.h"

static enum rule_kind measure_for;

static int measure_wanted(void)
{
	return rule.length == 0 && rule.kind != RULE_PLAY && rule.kind != RULE_COUNT && !(rule.kind == RULE_HOLD && hold_asked.given);
}

/* Runs that are to be measured come now. */
static void measure_begin(void)
{
	measure_for = rule.kind;
	rule.kind = RULE_COUNT;
	count_round = 0;
	measured_left = MEASURED_STEPS;
	sites_forget();
}

/* One of them has ended, and all its tasks with it. Returns whether there is to be another. */
static int measure_next(void)
{
	uint64_t steps = rule_steps > 0 ? rule_steps : 1;
	if (count_round == ROUND_USUAL)
		rule.length = steps;
	sites_take();
	count_round++;
	if (count_round < ROUNDS && measured_left > steps)
		return 1;
	rule.kind = measure_for;
	tracking = 0;
	return 0;
}

#endif
