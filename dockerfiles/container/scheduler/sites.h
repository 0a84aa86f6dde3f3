/*
 * Sites: points of interest (shared.h) with how often each task came there, from a run that was stepped. Rules that stop a task at few points draw them
 * here, and the processor watches for them (watch.h): so a run under such a rule is hardly slower than a run alone.
 */
#ifndef SITES_H
#define SITES_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "passes.h"
#include "place.h"
#include "random.h"
#include "shared.h"

enum { SITES_MOST = 1 << 16, DEPTH_MOST = 64 };

struct site {
	char *place;
	uint32_t index;
	uint64_t passes;
	/* Sum of the passes of this site and of all before it. */
	uint64_t until;
};

static struct site *sites;
static size_t site_count, site_capacity;

/* Where each task came, as far as the task is gone: kept until all is known of what is shared. */
struct tracks {
	uint32_t index;
	struct passes passes;
};
static struct tracks *tracks;
static size_t track_count;

/* Takes the passes of a task that ends. */
static void tracks_keep(uint32_t index, struct passes *passes)
{
	struct tracks *more = realloc(tracks, (track_count + 1) * sizeof *tracks);
	if (more == NULL)
		return;
	tracks = more;
	tracks[track_count++] = (struct tracks){index, *passes};
	*passes = (struct passes){0};
}

static void sites_forget(void)
{
	for (size_t i = 0; i < site_count; i++)
		free(sites[i].place);
	site_count = 0;
}

static void site_add(uint32_t index, const char *place, uint64_t passes)
{
	if (site_count == site_capacity) {
		size_t capacity = site_capacity ? 2 * site_capacity : 256;
		struct site *more = capacity > SITES_MOST ? NULL : realloc(sites, capacity * sizeof *sites);
		if (more == NULL)
			return;
		sites = more;
		site_capacity = capacity;
	}
	char *copy = strdup(place);
	if (copy == NULL)
		return;
	uint64_t before = site_count > 0 ? sites[site_count - 1].until : 0;
	sites[site_count++] = (struct site){.place = copy, .index = index, .passes = passes, .until = before + passes};
}

static int compare_sites(const void *a, const void *b)
{
	const struct site *left = a, *right = b;
	int order = strcmp(left->place, right->place);
	return order != 0 ? order : (left->index > right->index) - (left->index < right->index);
}

/* Of a run that has ended, the sites in an order that is the same in every container. */
static void sites_take(void)
{
	uint64_t until = 0;
	sites_forget();
	for (size_t t = 0; t < track_count; t++) {
		struct passes *passes = &tracks[t].passes;
		for (size_t i = 0; i < passes->size; i++) {
			const struct pass *pass = &passes->table[i];
			const char *place = pass->count > 0 ? point_at(pass->address) : NULL;
			if (place != NULL && strcmp(place, "-") != 0)
				site_add(tracks[t].index, place, pass->count);
		}
		free(passes->table);
	}
	free(tracks);
	tracks = NULL;
	track_count = 0;
	points_forget();
	if (site_count > 0)
		qsort(sites, site_count, sizeof *sites, compare_sites);
	for (size_t i = 0; i < site_count; i++)
		sites[i].until = until += sites[i].passes;
}

static uint64_t sites_passes(void)
{
	return site_count > 0 ? sites[site_count - 1].until : 0;
}

/* A point at which a task is to be stopped in this run: when it comes to a place for the PASS-th time. */
struct aim {
	uint32_t index;
	const char *place;
	uint64_t pass;
	int done;
};

static struct aim aims[DEPTH_MOST];
static size_t aim_count;

/* One pass of all that the run made, each as likely. */
static struct aim aim_at_pass(void)
{
	uint64_t which = random_below(sites_passes());
	size_t low = 0, high = site_count - 1;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (sites[middle].until > which)
			high = middle;
		else
			low = middle + 1;
	}
	return (struct aim){.index = sites[low].index, .place = sites[low].place, .pass = sites[low].until - which};
}

/* One site, each as likely: code that runs seldom is no less suspect than a loop. */
static struct aim aim_at_site(void)
{
	const struct site *site = &sites[random_below(site_count)];
	return (struct aim){.index = site->index, .place = site->place, .pass = 1 + random_below(site->passes)};
}

#endif
