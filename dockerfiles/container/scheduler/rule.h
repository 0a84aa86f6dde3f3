/*
 * Rules: who runs, and for how many steps.
 *
 * random   a switch to any other task after a number of steps drawn around a mean; the mean is drawn for each attempt between 4 and
 *          the steps that a run takes, on a logarithmic scale, unless it is given.
 * pct      priorities drawn at birth, and depth - 1 steps at which the task that runs drops below all others. Of n tasks and k steps a bug of
 *          depth d is hit with a probability of at least 1 / (n * k^(d-1)): Burckhardt, Kothari, Musuvathi, Nagarakatte, "A randomized scheduler
 *          with probabilistic guarantees of finding bugs", ASPLOS 2010.
 * preempt  at most `depth` switches, at passes drawn from all that a run makes over points of interest (points.h).
 * play     the switches of a list; nothing else but what must be.
 * count    no switch but what must be: how many steps a run takes.
 */
#ifndef RULE_H
#define RULE_H

#include <stdint.h>

#include "random.h"
#include "switches.h"
#include "task.h"

enum rule_kind { RULE_NONE, RULE_RANDOM, RULE_PCT, RULE_PREEMPT, RULE_PLAY, RULE_COUNT };
enum { DEPTH_MOST = 64, FAIR_STEPS = 200000 };

struct rule {
	enum rule_kind kind;
	uint64_t seed, mean;
	uint32_t depth;
	/* Steps that a run takes under control, about, and points of interest that it passes; 0: not known yet. */
	uint64_t length, points;
};

static struct rule rule;

/* Of this attempt. */
static uint64_t rule_mean, rule_left, rule_steps, rule_points;
static uint64_t change_points[DEPTH_MOST];
static uint32_t change_count, change_next;

static int compare_steps(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
	return (left > right) - (left < right);
}

/* Between 4 and `high`: each power of two as likely. */
static uint64_t draw_mean(uint64_t high)
{
	unsigned powers = 0;
	while (((uint64_t)8 << powers) <= high && powers < 40)
		powers++;
	return (uint64_t)4 << random_below(powers + 1);
}

static void rule_begin(uint64_t attempt)
{
	uint64_t length = rule.length > 0 ? rule.length : 4096;
	random_begin(rule.seed, attempt);
	rule_steps = rule_points = 0;
	change_next = change_count = 0;
	if (rule.kind == RULE_RANDOM) {
		rule_mean = rule.mean > 0 ? rule.mean : draw_mean(length);
		rule_left = random_steps(rule_mean);
	} else if (rule.kind == RULE_PCT || rule.kind == RULE_PREEMPT) {
		uint32_t changes = rule.kind == RULE_PCT ? rule.depth - 1 : rule.depth;
		uint64_t most = rule.kind == RULE_PCT || rule.points == 0 ? length : rule.points;
		for (; change_count < changes && change_count < DEPTH_MOST; change_count++)
			change_points[change_count] = 1 + random_below(most);
		qsort(change_points, change_count, sizeof *change_points, compare_steps);
	}
}

/* The task is about to pass a point of interest. Returns whether it is to be stopped there. */
static int rule_pass_point(void)
{
	rule_points++;
	return rule.kind == RULE_PREEMPT && change_next < change_count && rule_points >= change_points[change_next];
}

static void rule_born(struct task *task)
{
	/* Above all that a drop leads to. */
	task->priority = rule.kind == RULE_PCT ? DEPTH_MOST + 1 + random_below(1u << 30) : 0;
}

/* Steps that the task may make before the rule is asked again; at least 1. */
static uint64_t rule_quantum(const struct task *task)
{
	uint64_t fair = task->streak < FAIR_STEPS ? FAIR_STEPS - task->streak : 1;
	uint64_t most = fair;
	if (rule.kind == RULE_RANDOM)
		most = rule_left;
	else if (rule.kind == RULE_PCT && change_next < change_count)
		most = change_points[change_next] > rule_steps ? change_points[change_next] - rule_steps : 1;
	return most < fair ? most : fair;
}

static void rule_count(struct task *task, uint64_t steps)
{
	task->steps += steps;
	task->streak += steps;
	rule_steps += steps;
	if (rule.kind == RULE_RANDOM)
		rule_left = rule_left > steps ? rule_left - steps : 0;
}

/* Those that may be chosen in place of `current` (all, where it is NULL): the ready ones, or where there are none those that sleep. */
static size_t candidates(const struct task *current, struct task **list, int sleepers_too)
{
	size_t count = 0;
	for (size_t i = 0; i < task_count; i++)
		if (&tasks[i] != current && (tasks[i].standing == ABLE || (sleepers_too && tasks[i].sleeping)))
			list[count++] = &tasks[i];
	return count == 0 && !sleepers_too ? candidates(current, list, 1) : count;
}

/* The one that goes on where nothing else is asked for: the next in the order of birth, round about. */
static struct task *rule_usual(const struct task *current, uint32_t after)
{
	struct task *list[TASKS];
	size_t count = candidates(current, list, 0);
	for (size_t i = 0; i < count; i++)
		if (list[i]->index > after)
			return list[i];
	return count > 0 ? list[0] : NULL;
}

static struct task *highest(void)
{
	struct task *list[TASKS], *best = NULL;
	size_t count = candidates(NULL, list, 0);
	for (size_t i = 0; i < count; i++)
		if (best == NULL || list[i]->priority > best->priority)
			best = list[i];
	return best;
}

/*
 * Who goes on. `current` is the one that ran, NULL where it cannot go on (`after` is its number then). Returns `current` where there is to be no
 * switch, NULL where nobody can go on.
 */
static struct task *rule_choose(struct task *current, uint32_t after)
{
	struct task *list[TASKS];
	int over = current != NULL && current->streak >= FAIR_STEPS;
	size_t count;
	switch (rule.kind) {
	case RULE_RANDOM:
		if (current != NULL && rule_left > 0)
			return current;
		count = candidates(current, list, 1);
		rule_left = random_steps(rule_mean);
		return count > 0 ? list[random_below(count)] : current;
	case RULE_PCT:
		if (current != NULL && ((change_next < change_count && rule_steps >= change_points[change_next]) || over)) {
			current->priority = change_next < change_count ? DEPTH_MOST - change_next : 0;
			change_next += change_next < change_count;
		}
		return highest();
	case RULE_PREEMPT:
		if (current != NULL && change_next < change_count && rule_points >= change_points[change_next]) {
			change_next++;
			count = candidates(current, list, 0);
			return count > 0 ? list[random_below(count)] : current;
		}
		/* fall through */
	default:
		if (current != NULL && !over)
			return current;
		return rule_usual(current, after);
	}
}

#endif
