/*
 * What is asked of the scheduler, as text. The first line: a rule and its parameters, `random seed=7 mean=0 depth=3 length=0`; the lines behind it: the
 * switches to be played (switches.h), or of `hold` what is to be held (held.h).
 */
#ifndef REQUEST_H
#define REQUEST_H

#include "rules/rule.h"

static int request_parameter(const char *name, size_t length, uint64_t value)
{
	static const char *const names[] = {"seed", "mean", "depth", "length", "fixed"};
	size_t which = 0;
	while (which < 5 && (strlen(names[which]) != length || memcmp(names[which], name, length) != 0))
		which++;
	switch (which) {
	case 0:
		rule.seed = value;
		return 1;
	case 1:
		rule.mean = value;
		return 1;
	case 2:
		rule.depth = (uint32_t)value;
		return value <= DEPTH_MOST;
	case 3:
		rule.length = value;
		return 1;
	case 4:
		fixed = value;
		return value <= UINT32_MAX;
	default:
		return 0;
	}
}

/* Takes up a request. 0 where it is none. */
static int request_read(const char *text)
{
	char word[64];
	int at = 0;
	memset(&rule, 0, sizeof rule);
	fixed = 0;
	if (sscanf(text, "%63s%n", word, &at) != 1)
		return 0;
	rule.depth = 3;
	for (int kind = RULE_NONE; kind < RULES; kind++)
		if (strcmp(word, rule_names[kind]) == 0)
			rule.kind = (enum rule_kind)kind;
	for (text += at; *text == ' '; text += at) {
		unsigned long long value;
		if (sscanf(text, " %31[a-z]=%llu%n", word, &value, &at) != 2 || !request_parameter(word, strlen(word), value))
			return 0;
	}
	if (rule.kind == RULE_NONE || (*text != 0 && *text != '\n'))
		return 0;
	text += *text == '\n';
	return rule.kind == RULE_HOLD ? turns_read("") && hold_read(text) : turns_read(text);
}

#endif
