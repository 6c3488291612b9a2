/*
 * probe_event: one event, of a probe that we define or of the kernel itself,
 * enabled in our instance.
 */
#ifndef PROBE_EVENT_H
#define PROBE_EVENT_H

#include "base/error.h"
#include "kernel/instance.h"
#include "ring/raw_event.h"

struct probe_event {
	const char *file;   /* kprobe_events or uprobe_events */
	const char *name;   /* in our group */
	const char *text;   /* of its definition, after "p:GROUP/NAME " */
	bool at_return;	    /* of the function: "r:GROUP/NAME " */
	const char *filter; /* may be NULL */
	enum raw_event_kind kind;
	int place, first, count; /* as for raw_event_learn */
};

/* Define, filter, learn and enable it.  Returns 0, or -1 with the kernel's own
 * reason as the error; then the definition may be left. */
int probe_event_arm(const struct probe_event *, const struct instance *,
    struct raw_event_table *, struct error *error);

/* The same for a kprobe whose event has so many words (u64) of what the first
 * argument of a function points to, from byte first on; the text is made of
 * that.  It needs arch_first_argument(). */
int probe_event_words(struct probe_event *, const char *function, size_t first,
    size_t words, const struct instance *, struct raw_event_table *,
    struct error *error);

/* Disable and delete an event of our group, if it is there. */
void probe_event_forget(const struct instance *, const char *name);

/* Enable a tracepoint of the kernel, filtered if filter is not NULL, and
 * learn it.  Returns 0, or -1 with errno (ENOENT: this kernel has none). */
int tracepoint_arm(const struct instance *, struct raw_event_table *,
    enum raw_event_kind, const char *name, const char *filter);

#endif
