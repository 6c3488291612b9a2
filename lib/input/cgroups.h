/*
 * cgroups: what the table of tasks cannot know of their cgroups is looked up in
 * /proc, as far as that is certain, and recorded.  Nothing is done where
 * no option asks for cgroups.
 */
#ifndef CGROUPS_LOOKUP_H
#define CGROUPS_LOOKUP_H

#include "input/cgroup_lookup.h"

extern const struct cgroup_lookup cgroup_lookup;

#endif
