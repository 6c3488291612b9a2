/*
 * instance: a private ring buffer in tracefs, owned by this process, and the
 * sweep of what dead owners left.
 *
 * Nothing in tracefs belongs to a process: after SIGKILL an instance and its
 * probes stay.  So every name carries its owner: the tool, the pid and the
 * start time of the process (a reused pid is not the owner), and the namespaces
 * of both when they are not the first ones.
 */
#ifndef INSTANCE_H
#define INSTANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INSTANCE_NAME 64 /* longest event group, kernel/trace */

struct instance {
	int tracefs;		   /* borrowed */
	int dir;		   /* instances/NAME, -1 when there is none */
	bool top;		   /* dir is the top level: see toplevel.h */
	int lock;		   /* top: where changes are remembered */
	char name[INSTANCE_NAME];  /* execsnoop-PID-START */
	char group[INSTANCE_NAME]; /* execsnoop_PID_START: probe events */
};

/* Create it.  Returns 0, or -1 with a sentence in why (WHY_LEN bytes). */
int
instance_create(struct instance *, int tracefs, const char *tool, char *why);

/* Name it, for the top-level buffer instead (toplevel_take).  Returns as
 * instance_create. */
int instance_name(struct instance *, int tracefs, const char *tool, char *why);

/* Write a setting of it; that of the top level is remembered, to be put back.
 * Returns 0, or -1 with errno. */
int instance_write(const struct instance *, const char *text, const char *name,
    ...) __attribute__((format(printf, 3, 4)));

/* Remove it, which disables its events, and delete the probe events of its
 * group.  All descriptors of its pipes must be closed (EBUSY otherwise).  Of
 * the top level everything is put back.  Returns 0, or -1 with errno when
 * something had to be left. */
int instance_destroy(struct instance *);

/* Remove instances and probe events of our tools whose owner is dead, and put
 * back what they changed at the top level.  Returns how many things. */
int instance_sweep(int tracefs);

/* Delete the probe events of a group whose names begin with event ("" for
 * all) from kprobe_events and uprobe_events.  Returns how many, or -1 with
 * errno when one could not be deleted. */
int probes_delete(int tracefs, const char *group, const char *event);

/* Is this the name (separator '-') or group (separator '_') of one of our
 * tools whose owner is known to be dead? */
bool instance_is_dead(const char *name, char separator);

/* Which of our tools does a name or a group begin with?  Or NULL. */
const char *instance_tool(const char *name, char separator);

/* Is this the name of one of our tools? */
bool instance_is_ours(const char *name);

#endif
