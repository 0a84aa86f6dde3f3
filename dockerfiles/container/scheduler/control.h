/*
 * A scheduled attempt: one task at a time, from the birth of the second one on. Until then, and when only one is left, the program runs freely. A thread
 * that no other of its process could meddle with runs freely to its next system call; else it is stepped, or stopped where it is watched.
 */
#ifndef CONTROL_H
#define CONTROL_H

#include "threads/holding.h"
#include "threads/knots.h"
#include "rules/rule.h"
#include "threads/stepping.h"
#include "threads/waking.h"

/* The task that ran last, by its number, and why it cannot go on. */
static uint32_t last_index;
static enum why last_why;
/* Of a task that is gone. */
static struct task last_gone;

/* What counts the occasions of that kind to leave a task. */
static uint64_t turn_number(struct task *from, enum why why)
{
	switch (why) {
	case WAITS:
	case ENDS:
		return from->waits;
	case FAIR:
		return from->holdups;
	case CALLING:
		return from->calls + 1;
	case CALLED:
		return from->calls;
	default:
		return pass_count(&from->passes, place_of(from));
	}
}

/* On which occasion a task is left that could go on. */
static enum why occasion(const struct task *task)
{
	if (holds_up(task))
		return FAIR;
	if (task->at_call)
		return CALLING;
	return task->just_called ? CALLED : CHOSEN;
}

/* By what a task goes on that was chosen. */
static enum waking waking_of(const struct task *task)
{
	if (!asleep(task) || ready(task))
		return NOT_WAKING;
	return task->standing == SLEEPING ? SLEEP_OVER : LIMIT_OVER;
}

static void note_turn(struct task *from, struct task *to, enum why why, int usual)
{
	char place[PLACE_BYTES] = "-";
	struct turn turn = {.from = from->index, .to = to->index, .steps = from->steps, .why = why, .wakes = waking_of(to), .usual = usual, .pass = turn_number(from, why)};
	if (why != WAITS && why != ENDS)
		place_name(from->group, place_of(from), place, sizeof place);
	turns_add(&made, turn, place);
}

/* What the list says of a task that was stopped where it is watched, or cannot go on: the task that is to go on, NULL for none. */
static struct task *listed(struct task *from, enum why why)
{
	const struct turn *turn = rule_now.kind == RULE_PLAY ? next_turn(from) : NULL;
	if (turn == NULL)
		return NULL;
	int gone = why == WAITS || why == ENDS, wants_gone = turn->why == WAITS || turn->why == ENDS;
	if (gone != wants_gone || (!gone && turn->why != CHOSEN && turn->why != why))
		return NULL;
	if (turn->why == CHOSEN && place_address(from->group, turn->place) != place_of(from))
		return NULL;
	if (turn_number(from, turn->why) < turn->pass)
		return NULL;
	if (catching == turn - wanted.list && task_numbered(from->index) == from) {
		run_end.caught = from->tid;
		run_end.group = from->group;
	}
	from->next++;
	struct task *to = task_numbered(turn->to);
	return to != NULL && eligible(to) ? to : NULL;
}

/* Who goes on after the last one; NULL where nobody can. Notes a switch. */
static struct task *choose(void)
{
	struct task *current = task_numbered(last_index), *from = current != NULL ? current : &last_gone;
	int able = current != NULL && current->standing == ABLE;
	enum why why = able ? occasion(current) : last_why;
	if (able && !others_eligible(current)) {
		rule_spare(current);
		return current;
	}
	from->waits += !able;
	from->holdups += why == FAIR;
	struct task *next = listed(from, why);
	if (next == NULL) {
		struct aim *aim = able && current->passes.counted ? aim_due(current, current->passes.here) : NULL;
		next = rule_choose(able ? current : NULL, last_index, aim);
	}
	if (why == FAIR)
		from->streak = 0;
	/* That the very task goes on which waits, since its time is over, is an event like a switch. */
	if (next == NULL || (next == current && able))
		return next;
	int usual = (why == WAITS || why == ENDS || why == FAIR) && next == rule_usual(able ? current : NULL, last_index);
	note_turn(from, next, why, usual);
	next->streak = 0;
	return next;
}

/* Nobody can go on: waits until somebody can. 0 where that will never be, or the time is over. */
static int await_anybody(void)
{
	if (deadlocked()) {
		run_end.deadlock = 1;
		return 0;
	}
	for (;;) {
		if (!attend(2 * MS))
			return 0;
		notice_woken();
		for (size_t i = 0; i < task_count; i++)
			if (eligible(&tasks[i]))
				return 1;
		if (task_count == 0)
			return 1;
	}
}

/*
 * While it is the only one: as without a scheduler, until it starts another. `careful` sees its system calls, too; so does one that is left by others, for
 * these may have left a lock that it will wait for; and one whose clock is its own.
 */
static enum stop run_alone(struct task *task, int careful)
{
	pid_t tid = task->tid;
	if (careful || fixed || tasks_born > 1)
		return run_free(task, 0);
	task->masked = 1;
	if (resume(task, PTRACE_CONT) < 0)
		return await_stop(tid);
	for (;;) {
		int status;
		struct rusage usage;
		pid_t got = wait4(tid, &status, WNOHANG | __WALL, &usage);
		if (got == tid) {
			enum stop stop = take_status(tid, status, &usage);
			task = task_of(tid);
			/* It waits for its child, by vfork: nobody is to choose it before that has gone on. */
			return task != NULL && task->vforking ? finish_call(tid, stop) : stop;
		}
		if (got < 0 || !attend(50 * MS))
			return STOP_GONE;
	}
}

/* A counted switch may be due. Plays freely where the processor can watch for it. */
static enum stop run_among(struct task *task)
{
	int rival = has_rival(task), stepped = rule_now.kind == RULE_RANDOM ? rival : rule_now.kind == RULE_COUNT;
	if (rule_now.kind == RULE_COUNT && !is_measured())
		stepped = 0;
	if (paced)
		return step(task, rule_quantum(task));
	if (!rival && !stepped) {
		watch_end(task);
		return run_free(task, others_eligible(task) > 0);
	}
	if (!stepped && watch_begin(task))
		return run_watched(task);
	watch_end(task);
	return step(task, rule_quantum(task));
}

/*
 * The last of several tasks is measured, too, as long as it has handlers of signals: these may come anywhere in what it does, and what else it did may have been
 * done while there were others.
 */
static int measured_alone(struct task *task)
{
	return rule_now.kind == RULE_COUNT && is_measured() && tasks_born > 1 && has_handlers(task);
}

static enum stop run_task(struct task *task, int careful)
{
	if (task_count > 1)
		return run_among(task);
	if (!measured_alone(task))
		return run_alone(task, careful);
	rule_spare(task);
	return run_among(task);
}

static int going_on(void)
{
	return !run_end.ended && !run_end.over && run_end.refused == NULL && run_end.caught == 0;
}

/* Lets the chosen task run for a while. */
static void run_chosen(struct task *task, int careful)
{
	enum stop stop;
	last_index = task->index;
	last_why = ENDS;
	last_gone = *task;
	if (asleep(task)) {
		stop = wake(task, !others_ready(task));
		task = task_numbered(last_index);
		if (task != NULL && task->standing != ABLE)
			last_why = WAITS;
		if (task == NULL || task->standing != ABLE || !going_on())
			return;
	}
	do {
		limit_restore(task);
		stop = task->at_call ? make_call(task) : run_task(task, careful);
		task = task_numbered(last_index);
		if (task != NULL && (stop == STOP_CALL || task->at_call) && task_count > 1)
			rule_count(task, 1);
		/* A signal is taken at once, and a call that it stands before made: neither is a place to switch at. */
	} while (task != NULL && task->standing == ABLE && (stop == STOP_SIGNAL || (task->at_call && task_count == 1)) && going_on());
	if (task != NULL) {
		last_gone = *task;
		if (task->standing != ABLE)
			last_why = WAITS;
	}
	last_gone.passes = (struct passes){0};
}

/* Runs the traced program `first`, stopped at its first instruction, to its end, or until it cannot be scheduled. */
static void control(pid_t first, uint64_t attempt, int careful)
{
	memset(&run_end, 0, sizeof run_end);
	run_end.first = first;
	tasks_clear();
	early_count = 0;
	mappings_forget();
	turns_clear(&made);
	knot_count = 0;
	others_changed = signals_changed = 0;
	last_index = 0;
	rule_begin(attempt);
	clock_begin(rule_now.kind != RULE_PLAY);
	tracking = rule_now.kind == RULE_COUNT || (rule.kind == RULE_SEARCH && rule_now.kind == RULE_RANDOM);
	if (rule.kind == RULE_SEARCH)
		measured_left = MEASURED_STEPS;
	order_forget();
	struct task *task = task_add(first);
	if (task == NULL || ptrace(PTRACE_SETOPTIONS, first, 0, TRACE_OPTIONS) < 0) {
		run_end.refused = "it cannot be traced";
		return;
	}
	rule_born(task);
	refuse_other_programs(first);
	if (rule_now.kind == RULE_HOLD) {
		run_held();
		return;
	}
	startup_settle(first);
	while (going_on() && task_count > 0) {
		if (others_changed)
			notice_woken();
		if (signals_changed || run_end.timers)
			notice_signalled();
		task = task_count == 1 && tasks[0].standing == ABLE ? &tasks[0] : choose();
		if (!going_on())
			break;
		if (task != NULL)
			run_chosen(task, careful);
		else if (!await_anybody())
			break;
	}
}

#endif
