/*
 * Records of attempts, gathered until they are worth a frame. None is sent before it is known that no attempt changed what others inherit.
 */
#ifndef BATCH_H
#define BATCH_H

#include <stdint.h>
#include <sys/resource.h>

#include "capture.h"
#include "host.h"
#include "places.h"
#include "standing.h"

enum { BATCH = 0x83 };
enum { KEEP_FAILED = 1, KEEP_ALL = 2 };
enum { TIMED_OUT = 1, OUTPUT_KEPT = 2, OOM_KNOWN = 4, OOM = 8, SCHEDULED = 16, LOOKED_AT = 32, SERVICES_FAILED = 64, SIGNALS_SHIFT = 8 };
enum { RECORD = 72, BATCH_BYTES = 32768 };
/* Records wait this long at most, so that progress is live; without any, a frame says that the runner is. */
#define BATCH_NS (100 * MS)
#define HEARTBEAT_NS (5000 * MS)

struct attempt {
	uint32_t number, leftovers;
	int status, timed_out;
	int64_t oom_kills;
	uint64_t start, duration;
	struct rusage usage;
	/* gdb looked at it; how long it had taken by then, and the kills out of memory so far. */
	int looked;
	uint64_t late;
	int64_t kills;
	/* What the scheduler tells of it, where there is one. */
	const char *schedule;
	size_t schedule_length;
	/* Services that failed in it, as services_put writes them. */
	const unsigned char *services;
	size_t services_length;
	/* Signals that were sent to it. */
	uint32_t signals_sent;
};

static struct capture out, err;
/* What gdb said of an attempt that hangs. */
static struct capture told;
static struct standing standing;
static uint64_t run_start;
static unsigned keep;

static unsigned char *batch;
static size_t batch_length, batch_capacity;
static uint64_t batch_sent;

/* An attempt may have changed what later ones inherit, and which one is not known: then none since the last batch counts. */
static void expect_unchanged(void)
{
	const char *changed = standing_changed(&standing);
	if (changed == NULL)
		changed = places_changed();
	if (changed != NULL)
		fault("an attempt changed its surroundings: %s", changed);
}

static void send_batch(void)
{
	expect_unchanged();
	send_frame(batch, batch_length, BATCH);
	batch_length = 0;
	batch_sent = now();
}

/* When the next batch is to be sent. */
static uint64_t batch_due(void)
{
	return batch_sent + (batch_length > 0 ? BATCH_NS : HEARTBEAT_NS);
}

static void send_due_batch(uint64_t at)
{
	if (at >= batch_due())
		send_batch();
}

static void record(const struct attempt *attempt)
{
	unsigned kept = keep == KEEP_ALL || (keep == KEEP_FAILED && attempt->status != 0) ? OUTPUT_KEPT : 0;
	size_t out_tail = capture_tail(&out), err_tail = capture_tail(&err);
	size_t length = RECORD;
	if (kept)
		length += 16 + out.head_used + out_tail + err.head_used + err_tail;
	if (attempt->schedule != NULL)
		length += 4 + attempt->schedule_length;
	if (attempt->looked)
		length += 4 + told.head_used;
	if (attempt->services_length > 0)
		length += 4 + attempt->services_length;
	if (batch_length > 0 && batch_length + length > BATCH_BYTES)
		send_batch();
	unsigned char *at = batch + FRAME_HEADER + batch_length;
	const struct rusage *usage = &attempt->usage;
	unsigned flags = kept | (attempt->timed_out ? TIMED_OUT : 0);
	if (attempt->schedule != NULL)
		flags |= SCHEDULED;
	if (attempt->looked)
		flags |= LOOKED_AT;
	if (attempt->services_length > 0)
		flags |= SERVICES_FAILED;
	flags |= attempt->signals_sent << SIGNALS_SHIFT;
	if (attempt->oom_kills >= 0)
		flags |= attempt->oom_kills > 0 ? OOM_KNOWN | OOM : OOM_KNOWN;
	put32(at, attempt->number);
	put32(at + 4, (uint32_t)attempt->status);
	put32(at + 8, flags);
	put32(at + 12, attempt->leftovers);
	put64(at + 16, attempt->start - run_start);
	put64(at + 24, attempt->duration);
	put64(at + 32, (uint64_t)usage->ru_utime.tv_sec * 1000000u + (uint64_t)usage->ru_utime.tv_usec);
	put64(at + 40, (uint64_t)usage->ru_stime.tv_sec * 1000000u + (uint64_t)usage->ru_stime.tv_usec);
	put64(at + 48, (uint64_t)usage->ru_maxrss);
	put64(at + 56, out.total);
	put64(at + 64, err.total);
	at += RECORD;
	if (kept) {
		put32(at, (uint32_t)out.head_used);
		put32(at + 4, (uint32_t)out_tail);
		put32(at + 8, (uint32_t)err.head_used);
		put32(at + 12, (uint32_t)err_tail);
		at = capture_put(&err, capture_put(&out, at + 16));
	}
	if (attempt->schedule != NULL) {
		put32(at, (uint32_t)attempt->schedule_length);
		memcpy(at + 4, attempt->schedule, attempt->schedule_length);
		at += 4 + attempt->schedule_length;
	}
	if (attempt->looked) {
		put32(at, (uint32_t)told.head_used);
		memcpy(at + 4, told.head, told.head_used);
		at += 4 + told.head_used;
	}
	if (attempt->services_length > 0) {
		put32(at, (uint32_t)attempt->services_length);
		memcpy(at + 4, attempt->services, attempt->services_length);
	}
	batch_length += length;
}

#endif
