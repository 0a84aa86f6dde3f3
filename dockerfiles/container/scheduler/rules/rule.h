/*
 * Rules: who runs, and for how many steps.
 *
 * random   a switch to any other task after a number of steps drawn around a mean; the mean is drawn for each attempt between 4 and
 *          the steps that a run takes, on a logarithmic scale, unless it is given. Every task is stepped.
 * pct      priorities drawn at birth, and depth - 1 points (sites.h) at which the task that comes there drops below all others. Of n tasks and k points
 *          a bug of depth d is hit with a probability of at least 1 / (n * k^(d-1)): Burckhardt, Kothari, Musuvathi, Nagarakatte, "A randomized
 *          scheduler with probabilistic guarantees of finding bugs", ASPLOS 2010. A point is a task's n-th pass of a place, as a first run made them:
 *          so the bound holds as far as the order of tasks does not change which points there are.
 * preempt  at most `depth` switches, each at a point: drawn from all passes, from all sites, or from the sites of one depth of calls. In half of the
 *          attempts any task goes on where one waits or ends; in the others the next by birth.
 *
 * Of both, three attempts in four draw near points alone (shared.h), the others all: the bound holds for these, and so is a quarter of that for a rule.
 *
 * hold     all threads run freely, and one of them is kept at a place for some time (held.h).
 * search   these in turn (arms), by what they cost and what they have paid.
 * play     the switches of a list; nothing else but what must be.
 * count    for the rules above: how many steps a run takes, and its sites, in some ways in which the tasks may run (rounds).
 */
#ifndef RULE_H
#define RULE_H

#include <stdint.h>

#include "held.h"
#include "random.h"
#include "sites.h"
#include "../switches.h"
#include "../threads/task.h"

enum rule_kind { RULE_NONE, RULE_RANDOM, RULE_PCT, RULE_PREEMPT, RULE_PLAY, RULE_COUNT, RULE_SEARCH, RULE_HOLD, RULES };
static const char *const rule_names[] = {"none", "random", "pct", "preempt", "play", "count", "search", "hold"};
/* What a task may do while others are ready; where all is stepped to be counted, what spins is to cost less. A call of sched_yield counts as so many steps. */
enum { FAIR_STEPS = 20000, FAIR_COUNTED = 1000, YIELD_STEPS = 200 };

/* Waits up to so long may be over while others could go on. A thread can be kept from the processor for longer, but nobody's bug is in that. */
#define CUT_MOST_NS 1000000000ull

struct rule {
	enum rule_kind kind;
	uint64_t seed, mean;
	uint32_t depth;
	/* Steps that a run takes under control, about; 0: not known yet. */
	uint64_t length;
};

/* What is asked for, and what this attempt is made under: one of the rules that a search takes in turn. */
static struct rule rule, rule_now;

/* Of this attempt. What it cost: stops of its tasks, which take by far the most of its time. */
static uint64_t rule_mean, rule_left, rule_steps, rule_stops;

/* How the tasks run that are counted: as they would; the newest first, at once or where one waits or ends; or switched at random. */
enum { ROUND_USUAL, ROUND_NEWEST, ROUND_LAST, ROUND_RANDOM, ROUNDS = ROUND_RANDOM + 2 };
static unsigned count_round;

/* Of rule `preempt`: where a task cannot go on, any other does. */
static int rule_any_order;

/* Between 4 and `high`: each power of two as likely. */
static uint64_t draw_mean(uint64_t high)
{
	unsigned powers = 0;
	while (((uint64_t)8 << powers) <= high && powers < 40)
		powers++;
	return (uint64_t)4 << random_below(powers + 1);
}

/* The rules of a search, what was spent on each, and how many attempts failed under it. */
static struct arm {
	enum rule_kind kind;
	uint32_t depth;
	uint64_t spent, attempts, failures;
} arms[] = {
	{.kind = RULE_PREEMPT, .depth = 2}, {.kind = RULE_PCT, .depth = 3},	{.kind = RULE_RANDOM},
	{.kind = RULE_PREEMPT, .depth = 1}, {.kind = RULE_PCT, .depth = 2},	{.kind = RULE_PREEMPT, .depth = 3},
	{.kind = RULE_PCT, .depth = 4},	    {.kind = RULE_PREEMPT, .depth = 4}, {.kind = RULE_PCT, .depth = 6},
};
enum { ARMS = sizeof arms / sizeof *arms };
static struct arm *arm_now;

/* The arm with the least spent for what it has paid: until one has, each has the same share of the cost. */
static void arm_choose(void)
{
	double least = 0;
	arm_now = NULL;
	for (size_t i = 0; i < ARMS; i++) {
		double share = (double)arms[i].spent / (double)(1 + arms[i].failures);
		if (arm_now == NULL || share < least) {
			arm_now = &arms[i];
			least = share;
		}
	}
	rule_now.kind = arm_now->kind;
	rule_now.depth = arm_now->depth;
}

/* The attempt has ended. */
static void rule_end(int failed)
{
	if (rule.kind != RULE_SEARCH || arm_now == NULL)
		return;
	arm_now->attempts++;
	arm_now->failures += failed != 0;
	/* What every attempt costs is worth some stops. */
	arm_now->spent += rule_stops + 500;
}

/* Draws the points at which the attempt's tasks are to be stopped. */
static void draw_aims(size_t count)
{
	const struct draw *draw = near_sites.count > 0 && random_below(4) > 0 ? &near_sites : &all_sites;
	while (draw->count > 0 && aim_count < count && aim_count < DEPTH_MOST) {
		/* Of all, PCT draws passes: its bound is for these. */
		switch (rule_now.kind == RULE_PCT && draw == &all_sites ? 0 : random_below(3)) {
		case 0:
			aims[aim_count++] = aim_at_pass(draw);
			break;
		case 1:
			aims[aim_count++] = aim_at_site(draw);
			break;
		default:
			aims[aim_count++] = aim_at_level(draw);
		}
	}
}

static void rule_begin(uint64_t attempt)
{
	uint64_t length = rule.length > 0 ? rule.length : 4096;
	rule_now = rule;
	if (rule.kind == RULE_SEARCH)
		arm_choose();
	if (track_count > 0)
		sites_take();
	random_begin(rule.seed, attempt);
	rule_steps = rule_stops = rule_mean = 0;
	aim_count = 0;
	if (rule_now.kind == RULE_RANDOM)
		rule_mean = rule.mean > 0 ? rule.mean : draw_mean(length);
	if (rule_now.kind == RULE_COUNT && count_round >= ROUND_RANDOM)
		rule_mean = 4 + (length >> 3 * (count_round - ROUND_RANDOM + 1));
	rule_left = random_steps(rule_mean);
	if (rule_now.kind == RULE_PCT)
		draw_aims(rule_now.depth - 1);
	if (rule_now.kind == RULE_PREEMPT)
		draw_aims(rule_now.depth);
	if (rule_now.kind == RULE_HOLD)
		hold_choose();
	rule_any_order = rule_now.kind == RULE_PREEMPT && random_below(2) == 0;
}

/* The aim that a task has reached which stands at an address, or NULL. */
static struct aim *aim_due(struct task *task, uint64_t address)
{
	for (size_t i = 0; i < aim_count; i++)
		if (!aims[i].done && aims[i].index == task->index && place_address(task->group, aims[i].place) == address &&
		    pass_count(&task->passes, address) >= aims[i].pass)
			return &aims[i];
	return NULL;
}

static void rule_born(struct task *task)
{
	/* Above all that a drop leads to. */
	task->priority = rule_now.kind == RULE_PCT ? DEPTH_MOST + 1 + random_below(1u << 30) : 0;
}

static uint64_t fair_steps(void)
{
	return rule_now.kind == RULE_COUNT ? FAIR_COUNTED : FAIR_STEPS;
}

/* Steps that the task may make before the rule is asked again; at least 1. */
static uint64_t rule_quantum(const struct task *task)
{
	uint64_t fair = task->streak < fair_steps() ? fair_steps() - task->streak : 1;
	return rule_mean > 0 ? rule_left : fair;
}

static void rule_count(struct task *task, uint64_t steps)
{
	task->steps += steps;
	task->streak += steps;
	rule_steps += steps;
	rule_stops += steps;
	if (rule_mean > 0)
		rule_left = rule_left > steps ? rule_left - steps : 0;
}

/* The task has nobody to make way for. */
static void rule_spare(struct task *task)
{
	task->streak = 0;
	if (rule_mean > 0 && rule_left == 0)
		rule_left = random_steps(rule_mean);
}

/* Of those that sleep, the one whose time is over first; NULL for none. */
static struct task *first_to_wake(void)
{
	struct task *first = NULL;
	for (size_t i = 0; i < task_count; i++)
		if (asleep(&tasks[i]) && (first == NULL || tasks[i].wait.due < first->wait.due))
			first = &tasks[i];
	return first;
}

/*
 * Those that may be chosen in place of `current` (all, where it is NULL): the ready ones; where there are none, or `sleepers_too`, those that a time wakes, as
 * far as that is no long one (calls/sleep.h); else the one that wakes first.
 */
static size_t candidates(const struct task *current, struct task **list, int sleepers_too)
{
	size_t count = 0;
	for (size_t i = 0; i < task_count; i++)
		if (&tasks[i] != current && (ready(&tasks[i]) || (sleepers_too && asleep(&tasks[i]) && tasks[i].wait.length <= CUT_MOST_NS)))
			list[count++] = &tasks[i];
	if (count > 0)
		return count;
	if (!sleepers_too)
		return candidates(current, list, 1);
	list[0] = current == NULL ? first_to_wake() : NULL;
	return list[0] != NULL;
}

/* The one that goes on where nothing else is asked for: the next in the order of birth, round about; where none is ready, the one that wakes first. */
static struct task *rule_usual(const struct task *current, uint32_t after)
{
	struct task *least = NULL, *next = NULL;
	for (size_t i = 0; i < task_count; i++) {
		struct task *task = &tasks[i];
		if (task == current || !ready(task))
			continue;
		if (least == NULL)
			least = task;
		if (next == NULL && task->index > after)
			next = task;
	}
	if (least == NULL)
		return first_to_wake();
	return next != NULL ? next : least;
}

static int is_above(const struct task *task, const struct task *other)
{
	if (task->priority == other->priority)
		return asleep(task) && asleep(other) && task->wait.due < other->wait.due;
	return task->priority > other->priority;
}

/* The one with the highest priority. Who goes on before another whose time was over first does so once: else a thread that sleeps again and again would starve it. */
static struct task *highest(int sleepers_too)
{
	struct task *list[TASKS], *best = NULL;
	size_t count = candidates(NULL, list, sleepers_too);
	for (size_t i = 0; i < count; i++)
		if (best == NULL || is_above(list[i], best))
			best = list[i];
	if (best != NULL && !ready(best) && best != first_to_wake())
		best->priority = 0;
	return best;
}

/* A task that holds up the others. */
static int holds_up(const struct task *task)
{
	return task->streak >= fair_steps();
}

/* Whether the newest is to go on, as the round wants it that is counted. */
static int newest_first(const struct task *current)
{
	if (rule_now.kind != RULE_COUNT)
		return 0;
	return count_round == ROUND_NEWEST ? current == NULL || !holds_up(current) : count_round == ROUND_LAST && current == NULL;
}

/*
 * Who goes on. `current` is the one that ran, NULL where it cannot go on (`after` is its number then); `aim` the one that it has reached, or NULL.
 * Returns `current` where there is to be no switch, NULL where nobody can go on.
 */
static struct task *rule_choose(struct task *current, uint32_t after, struct aim *aim)
{
	struct task *list[TASKS];
	size_t count;
	if (aim != NULL)
		aim->done = 1;
	if (rule_mean > 0) {
		if (current != NULL && rule_left > 0)
			return current;
		count = candidates(current, list, 1);
		rule_left = random_steps(rule_mean);
		return count > 0 ? list[random_below(count)] : current;
	}
	switch (rule_now.kind) {
	case RULE_PCT:
		if (current != NULL && aim != NULL)
			current->priority = 1 + (uint64_t)(aim - aims);
		else if (current != NULL && holds_up(current))
			current->priority = 0;
		return highest(aim != NULL);
	case RULE_PREEMPT:
		if (current != NULL ? aim != NULL : rule_any_order) {
			count = candidates(current, list, aim != NULL);
			return count > 0 ? list[random_below(count)] : current;
		}
		/* fall through */
	default:
		if (newest_first(current)) {
			count = candidates(NULL, list, 0);
			return count > 0 ? list[count - 1] : NULL;
		}
		if (current != NULL && !holds_up(current))
			return current;
		return rule_usual(current, after);
	}
}

#endif
