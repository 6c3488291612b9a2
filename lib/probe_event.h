/*
 * probe_event: one event, of a probe that we define or of the kernel itself,
 * enabled in our instance.
 */
#ifndef PROBE_EVENT_H
#define PROBE_EVENT_H

#include "instance.h"
#include "kevent.h"

struct probe_event {
	const char *file;   /* kprobe_events or uprobe_events */
	const char *name;   /* in our group */
	const char *text;   /* of its definition, behind "p:GROUP/NAME " */
	bool at_return;	    /* of the function: "r:GROUP/NAME " */
	const char *filter; /* may be NULL */
	enum kevent_kind kind;
	int place, first, count; /* as for kevent_learn */
};

/* Define, filter, learn and enable it.  Returns 0, or -1 with the kernel's own
 * reason in why (WHY_LEN bytes); then the definition may be left. */
int probe_event_arm(const struct probe_event *, const struct instance *,
    struct kevent_table *, char *why);

/* Enable a tracepoint of the kernel, filtered if filter is not NULL, and
 * learn it.  Returns 0, or -1 with errno (ENOENT: this kernel has none). */
int tracepoint_arm(const struct instance *, struct kevent_table *,
    enum kevent_kind, const char *name, const char *filter);

#endif
