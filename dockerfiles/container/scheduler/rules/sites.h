/*
 * Sites: points of interest (shared.h) with how often each task came there, from runs that were stepped. Rules that stop a task at few points draw them
 * here, and the processor watches for them (watch.h): so a run under such a rule is hardly slower than a run alone.
 */
#ifndef SITES_H
#define SITES_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../threads/passes.h"
#include "../program/place.h"
#include "random.h"
#include "../sharing/shared.h"

enum { SITES_MOST = 1 << 16, DEPTH_MOST = 64, LEVELS = 16 };

struct site {
	char *place;
	uint32_t index, depth;
	int near;
	uint64_t passes;
	/* Sum of the passes of this site and of all before it. */
	uint64_t until;
};

/* Those that a rule draws from: the near ones by their depth of calls, and all. */
struct draw {
	struct site *list;
	size_t count;
	/* Where each depth's begin. */
	size_t levels[LEVELS + 1], level_count;
};

static struct draw all_sites, near_sites;
static size_t site_capacity;

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
	for (size_t i = 0; i < all_sites.count; i++)
		free(all_sites.list[i].place);
	all_sites.count = near_sites.count = 0;
}

static void site_add(uint32_t index, const struct point *point, const struct pass *pass)
{
	if (all_sites.count == site_capacity) {
		size_t capacity = site_capacity ? 2 * site_capacity : 256;
		struct site *more = capacity > SITES_MOST ? NULL : realloc(all_sites.list, capacity * sizeof *more);
		if (more == NULL)
			return;
		all_sites.list = more;
		site_capacity = capacity;
	}
	char *copy = strdup(point->place);
	if (copy != NULL)
		all_sites.list[all_sites.count++] = (struct site){.place = copy, .index = index, .depth = pass->depth, .near = point->near, .passes = pass->count};
}

static int compare_sites(const void *a, const void *b)
{
	const struct site *left = a, *right = b;
	int order = strcmp(left->place, right->place);
	return order != 0 ? order : (left->index > right->index) - (left->index < right->index);
}

/* One site for each place and task, in an order that is the same in every container: with the most passes that a run made. */
static void sites_merge(void)
{
	struct draw *all = &all_sites;
	size_t kept = 0;
	if (all->count > 0)
		qsort(all->list, all->count, sizeof *all->list, compare_sites);
	for (size_t i = 0; i < all->count; i++) {
		struct site *site = &all->list[i], *last = kept > 0 ? &all->list[kept - 1] : NULL;
		if (last == NULL || compare_sites(last, site) != 0) {
			all->list[kept++] = *site;
			continue;
		}
		last->near |= site->near;
		last->depth = site->depth < last->depth ? site->depth : last->depth;
		last->passes = site->passes > last->passes ? site->passes : last->passes;
		free(site->place);
	}
	all->count = kept;
}

static void draw_sum(struct draw *draw)
{
	uint64_t until = 0;
	for (size_t i = 0; i < draw->count; i++)
		draw->list[i].until = until += draw->list[i].passes;
}

static int compare_depths(const void *a, const void *b)
{
	const struct site *left = a, *right = b;
	int order = (left->depth > right->depth) - (left->depth < right->depth);
	return order != 0 ? order : compare_sites(a, b);
}

/* The near sites, by depth; what is deeper than there are levels for goes into the last one. */
static void draw_near(void)
{
	struct draw *near = &near_sites;
	free(near->list);
	*near = (struct draw){.list = calloc(all_sites.count + 1, sizeof *near->list)};
	for (size_t i = 0; near->list != NULL && i < all_sites.count; i++)
		if (all_sites.list[i].near)
			near->list[near->count++] = all_sites.list[i];
	if (near->count > 0)
		qsort(near->list, near->count, sizeof *near->list, compare_depths);
	for (size_t i = 0; i < near->count; i++)
		if (i == 0 || (near->list[i].depth != near->list[i - 1].depth && near->level_count < LEVELS))
			near->levels[near->level_count++] = i;
	near->levels[near->level_count] = near->count;
	draw_sum(near);
}

/* Adds the sites of a run that has ended. */
static void sites_take(void)
{
	for (size_t t = 0; t < track_count; t++) {
		struct passes *passes = &tracks[t].passes;
		for (size_t i = 0; i < passes->size; i++) {
			const struct pass *pass = &passes->table[i];
			const struct point *point = pass->count > 0 ? point_at(pass->address) : NULL;
			if (point != NULL && strcmp(point->place, "-") != 0)
				site_add(tracks[t].index, point, pass);
		}
		free(passes->table);
	}
	free(tracks);
	tracks = NULL;
	track_count = 0;
	points_forget();
	sites_merge();
	draw_sum(&all_sites);
	draw_near();
}

static uint64_t passes_of(const struct draw *draw)
{
	return draw->count > 0 ? draw->list[draw->count - 1].until : 0;
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

/* One pass of all, each as likely. */
static struct aim aim_at_pass(const struct draw *draw)
{
	uint64_t which = random_below(passes_of(draw));
	size_t low = 0, high = draw->count - 1;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (draw->list[middle].until > which)
			high = middle;
		else
			low = middle + 1;
	}
	return (struct aim){.index = draw->list[low].index, .place = draw->list[low].place, .pass = draw->list[low].until - which};
}

/* One site of those from `first` to before `end`, each as likely: code that runs seldom is no less suspect than a loop. */
static struct aim aim_between(const struct draw *draw, size_t first, size_t end)
{
	const struct site *site = &draw->list[first + random_below(end - first)];
	return (struct aim){.index = site->index, .place = site->place, .pass = 1 + random_below(site->passes)};
}

static struct aim aim_at_site(const struct draw *draw)
{
	return aim_between(draw, 0, draw->count);
}

/* One site of a depth of calls, each depth as likely: a program's own code calls libc's, which has many more sites. */
static struct aim aim_at_level(const struct draw *draw)
{
	if (draw->level_count == 0)
		return aim_at_site(draw);
	size_t level = random_below(draw->level_count);
	return aim_between(draw, draw->levels[level], draw->levels[level + 1]);
}

#endif
