/*
 * cgroups: what the table of tasks cannot know of their cgroups is looked up in
 * /proc, as far as that is certain, and recorded.  Nothing is done where
 * no option asks for cgroups.
 */
#ifndef CGROUPS_LOOKUP_H
#define CGROUPS_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "input/cgroup_lookup.h"

extern const struct cgroup_lookup cgroup_lookup;

/* Read all events up to now, without taking them; false: they do not come in
 * time. */
bool cgroups_catch_up(struct source *, uint64_t now);

#endif
