/*
 * quirks: which of a kernel's facilities must not be used, or not as
 * documented.
 */
#ifndef QUIRKS_H
#define QUIRKS_H

#include <stdbool.h>

#include "base/error.h"

/*
 * May kprobes be used?  Not while they are switched off
 * (/sys/kernel/debug/kprobes/enabled): then none is ever hit, and some kernels
 * (3.16) disarm one that was never armed, warn, and refuse all kprobes there
 * from then on: disable_kprobe(), kernel/kprobes.c.  Returns false with an
 * error.
 */
bool quirk_kprobes_usable(int tracefs, struct error *error);

/* Why a uprobe must not fetch strings on this kernel, or NULL. */
const char *quirk_strings_unsafe(void);

/* Does a string in a page that is not in memory read as an empty one?  Before
 * 4.4: strncpy_from_unsafe(), mm/maccess.c. */
bool quirk_reads_blank(void);

/* May an event of any length have a filter?  From 4.7 to 5.10 such an event is
 * put together in one page, and a longer one overwrites the memory after it:
 * "tracing: Check length before giving out the filter buffer", Linux commit
 * b220c049d519.  It was backported, as the bug was (RHEL 7 may have it): a
 * version between is not trusted. */
bool quirk_filters_all(void);

/* Are later events of a CPU too early, up to the end of the page, once a filter
 * has dropped one?  Seen on 2.6.32 of RHEL 6: a child before its fork. */
bool quirk_filters_shift(void);

/* Does a SIGKILL of the OOM killer look like one by kill(2), in the task that
 * needs memory?  With SEND_SIG_FORCED, which signal_generate shows as SI_USER,
 * include/trace/events/signal.h: 2.6.34 to 4.19 at most. */
bool quirk_oom_as_kill(void);

/* Does a new user namespace begin with users of its own, without a change of
 * the users that events show?  Before 3.8, kernel/user_namespace.c. */
bool quirk_namespaces_renumber(void);

#endif
