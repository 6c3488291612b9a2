/*
 * probe_window: the events of a place that must not fetch strings: windows on
 * the stack, see window.h.
 */
#ifndef PROBE_WINDOW_H
#define PROBE_WINDOW_H

#include "base/error.h"
#include "kernel/instance.h"
#include "ring/raw_event.h"
#include "trace/probe.h"

/* probe_arm, of a place with a window; p->window becomes what
 * this kernel lets it have. */
int probe_window_arm(struct probe_site *, const struct instance *,
    struct raw_event_table *, struct error *error);

#endif
