/* What a rule must know of a program: how many steps a run takes, and its sites. Learnt from a run that is no attempt. */
#ifndef MEASURE_H
#define MEASURE_H

#include "control.h"

static enum rule_kind measure_for;

static int measure_wanted(void)
{
	return rule.length == 0 && rule.kind != RULE_PLAY && rule.kind != RULE_COUNT;
}

/* The run that is to be measured comes now. */
static void measure_begin(void)
{
	measure_for = rule.kind;
	rule.kind = RULE_COUNT;
}

/* That run has ended, and all its tasks with it. */
static void measure_end(void)
{
	rule.kind = measure_for;
	rule.length = rule_steps > 0 ? rule_steps : 1;
	sites_take();
	tracking = 0;
}

#endif
