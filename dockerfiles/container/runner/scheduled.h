/* An attempt under the scheduler: the runner itself is what traces it, since nothing of an attempt can touch the runner. */
#ifndef SCHEDULED_H
#define SCHEDULED_H

#include "attempt.h"
#include "../scheduler/measure.h"
#include "../scheduler/record.h"
#include "../scheduler/request.h"

static uint64_t schedule_deadline;

static int attend(uint64_t ns)
{
	uint64_t at = now();
	await_news(at + ns < schedule_deadline ? at + ns : schedule_deadline, &out, &err);
	at = now();
	send_due_batch(at);
	run_end.over |= at + passed_ns >= schedule_deadline;
	return !run_end.over;
}

/* Ends what is left of the attempt's own tasks, its first process among them. Returns how many other processes there were. */
static uint32_t end_tasks(pid_t first)
{
	uint32_t others = 0;
	kill(-1, SIGKILL);
	while (task_count > 0) {
		pid_t group = tasks[task_count - 1].group;
		others += group != first;
		end_group(group);
	}
	while (!run_end.ended) {
		int status;
		struct rusage usage;
		if (wait4(first, &status, __WALL, &usage) != first)
			break;
		if (!WIFSTOPPED(status))
			note_end(first, status, &usage);
	}
	return others;
}

/* Makes the attempt whose process has just been started, to its end. */
static void run_scheduled(pid_t pid, struct attempt *attempt)
{
	int status, killed = 0;
	schedule_deadline = attempt->start + timeout_ns;
	if (waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
		fault("attempt %u: it cannot be traced", attempt->number);
	control(pid, attempt->number, rule.kind == RULE_COUNT);
	if (run_end.refused != NULL)
		fault("it cannot be scheduled: %s", run_end.refused);
	if (!run_end.ended)
		killed = 1;
	attempt->leftovers += end_tasks(pid);
	attempt->duration = now() - attempt->start;
	attempt->status = run_end.status;
	attempt->usage = run_end.usage;
	attempt->timed_out = killed && WIFSIGNALED(run_end.status) && WTERMSIG(run_end.status) == SIGKILL;
	rule_end(attempt->status != 0);
	record_run(attempt->status != 0);
	attempt->schedule = record_text;
	attempt->schedule_length = record_length;
}

/* For rules that must know the program: from runs that are no attempts. */
static void measure_program(void)
{
	if (!measure_wanted())
		return;
	measure_begin();
	do {
		struct attempt attempt = {.number = count_round};
		run_scheduled(start_attempt(&attempt), &attempt);
		kill_leftovers();
		close_attempt(&attempt);
	} while (measure_next());
}

#endif
