/* Signals that are sent to an attempt's process, each at a time after its start. */
#ifndef SENT_H
#define SENT_H

#include <signal.h>
#include <stdint.h>

#include "batch.h"
#include "payload.h"

enum { MOST_SIGNALS = 64 };

struct sent {
	int number;
	uint64_t after_ns;
};

/* In the order of their times. */
static struct sent signals[MOST_SIGNALS];
static uint32_t signal_count;

/* Returns whether what was given is sound. */
static int signals_configure(struct payload *payload)
{
	signal_count = take32(payload);
	if (payload->bad || signal_count > MOST_SIGNALS)
		return 0;
	for (uint32_t i = 0; i < signal_count; i++) {
		signals[i].number = (int)take32(payload);
		signals[i].after_ns = take64(payload) * MS;
		if (signals[i].number < 1 || signals[i].number >= NSIG || (i > 0 && signals[i].after_ns < signals[i - 1].after_ns))
			return 0;
	}
	return !payload->bad;
}

/* When the next one is due, `limit` at most. */
static uint64_t signal_due(const struct attempt *attempt, uint64_t limit)
{
	if (attempt->signals_sent >= signal_count)
		return limit;
	uint64_t due = attempt->start + signals[attempt->signals_sent].after_ns;
	return due < limit ? due : limit;
}

/* Sends those that are due. The process is not reaped yet, so that its number is nobody else's. */
static void send_signals(pid_t pid, struct attempt *attempt, uint64_t at)
{
	while (attempt->signals_sent < signal_count && at >= attempt->start + signals[attempt->signals_sent].after_ns)
		kill(pid, signals[attempt->signals_sent++].number);
}

#endif
