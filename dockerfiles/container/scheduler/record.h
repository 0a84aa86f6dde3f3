/* What is told of a scheduled attempt: lines of words, the switches last. */
#ifndef RECORD_H
#define RECORD_H

#include <stdarg.h>

#include "control.h"

enum { RECORD_BYTES = 1 << 20 };
static char record_text[RECORD_BYTES];
static size_t record_length;

static void record_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void record_line(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(record_text + record_length, RECORD_BYTES - record_length, format, arguments);
	va_end(arguments);
	if (length > 0 && record_length + (size_t)length < RECORD_BYTES)
		record_length += (size_t)length;
}

/* The threads of processes that the first one started, each with the first thread of its own. */
static void record_processes(void)
{
	for (size_t i = gone_count > TASKS ? gone_count - TASKS : 0; i < gone_count; i++)
		if (gone[i % TASKS].leader != 0)
			record_line("of %u %u\n", gone[i % TASKS].index, gone[i % TASKS].leader);
	for (size_t i = 0; i < task_count; i++)
		if (tasks[i].leader != 0)
			record_line("of %u %u\n", tasks[i].index, tasks[i].leader);
}

static void record_knots(void)
{
	for (size_t i = 0; i < knot_count; i++) {
		if (knots[i].end != NOBODY)
			record_line("joins %u %d\n", knots[i].index, knots[i].end);
		if (knots[i].forked)
			record_line("forked %u\n", knots[i].index);
	}
	for (size_t i = 0; i < knot_count; i++)
		record_line("waits %u %ld 0x%llx %d %s\nlock %u %s\n", knots[i].index, knots[i].call, (unsigned long long)knots[i].address,
			    knots[i].owner, knots[i].place, knots[i].index, knots[i].lock);
}

/* Writes the record of the attempt that was made last; its switches with `whole`. */
static void record_run(int whole)
{
	char line[PLACE_BYTES + 128];
	record_length = 0;
	record_line("steps %llu switches %zu tasks %u mean %llu length %llu dropped %llu\n", (unsigned long long)rule_steps, made.count, tasks_born,
		    (unsigned long long)rule_mean, (unsigned long long)rule.length,
		    (unsigned long long)made.dropped);
	record_line("rule %s depth %u stops %llu\n", rule_names[rule_now.kind], rule_now.depth, (unsigned long long)rule_stops);
	if (rule_now.kind == RULE_HOLD)
		record_line("hold %llu %u %llu %d %s\n", (unsigned long long)hold_now.pass, hold_now.ms, (unsigned long long)held.passes, held.thread,
			    hold_now.place[0] ? hold_now.place : "-");
	if (fixed && rule_now.kind != RULE_HOLD)
		record_line("clock %llu\n", (unsigned long long)fixed_now);
	if (run_end.deadlock)
		record_line("deadlock\n");
	if (whole)
		record_processes();
	record_knots();
	if (run_end.signal != 0)
		record_line("fault %u %llu %d 0x%llx %s\n", run_end.faulted, (unsigned long long)run_end.fault_steps, run_end.signal,
			    (unsigned long long)run_end.fault_address, run_end.fault_name);
	for (size_t i = 0; whole && i < made.count; i++) {
		turn_print(&made.list[i], line, sizeof line);
		record_line("switch %s", line);
	}
}

#endif
