/*
 * instance: a ring buffer of tracefs that this process records in, with the
 * settings and events that belong to it.  Here: a private one.  The kernel's
 * own, at the top level, is an instance too: global_buffer.h.
 */
#ifndef INSTANCE_H
#define INSTANCE_H

#include <stdbool.h>

#include "base/error.h"
#include "kernel/owner.h"

#define INSTANCE_NAME OWNER_NAME

struct instance {
	int tracefs;		   /* borrowed */
	int dir;		   /* instances/NAME, -1 when there is none */
	bool top;		   /* dir is the top level */
	bool adopted;		   /* it was another tool's: see leftover.h */
	int lock;		   /* top: where changes are remembered */
	char name[INSTANCE_NAME];  /* execsnoop-PID-START */
	char group[INSTANCE_NAME]; /* execsnoop_PID_START: probe events */
};

/* Name it, and the probe events that belong to it.  Returns 0, or -1 with an
 * error. */
int instance_name(
    struct instance *, int tracefs, const char *tool, struct error *error);

/* Make a private one, which was named.  Returns 0, or -1 with an error. */
int instance_create(struct instance *, struct error *error);

/* Remove it, which disables its events, and delete the probe events of its
 * group.  All descriptors of its pipes must be closed.  Returns 0; 1 when a
 * trace pipe that another program has open prevents it: then it is left, silent
 * and small, for the next sweep of any of our tools; or -1 with errno when
 * something had to be left. */
int instance_remove(struct instance *);

#endif
