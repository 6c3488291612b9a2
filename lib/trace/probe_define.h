/*
 * probe_define: the events of a place.
 *
 * The arguments are read from the initial stack of the new program just
 * after the kernel wrote it: argc, argv[0], argv[1], ... (the ABI of every
 * Linux architecture).  BASE is its address; a fetch expression of
 * Documentation/trace/kprobetrace.rst walks it:
 *
 *	argc=+0(BASE):s32 a0=+0(+8(BASE)):string a1=+0(+16(BASE)):string ...
 *
 * Only BASE and the probed place differ between the methods.  A small event of
 * numbers only says that an exec happened; the arguments follow in events of
 * their own, since an event over 4,072 bytes is dropped by the kernel without
 * a word (rb_reserve_next_event(), kernel/trace/ring_buffer.c): the first ones
 * in one each, the others in events of some, so that a long argument loses few
 * others.  Each has a filter on argc: those of one argument never fetch what is
 * after argv, the environment.
 *
 * Where a uprobe must not fetch strings, it shows windows of fixed size on the
 * stack: probe_window.c, window.h.
 */
#ifndef PROBE_DEFINE_H
#define PROBE_DEFINE_H

#include <stdint.h>

#include "base/error.h"
#include "kernel/instance.h"
#include "ring/raw_event.h"
#include "trace/probe.h"

/*
 * Define the events of a place for the first args arguments, learn their
 * formats, set the filters and enable them in the instance.  Returns 0, or
 * -1 with the kernel's own reason as the error; then nothing is left.  The file
 * of a user place is closed in any case.
 */
int probe_arm(struct probe_site *, const struct instance *,
    struct raw_event_table *, int args, struct error *error);

/* Disable and delete what probe_arm made for this place. */
void probe_disarm(struct probe_site *, const struct instance *);

/* The name of the event at the return of a place's function, RETURN_NAME
 * bytes: no other process has the same. */
#define RETURN_NAME (INSTANCE_NAME + 4)
void probe_return_name(
    const struct probe_site *, const struct instance *, char *name);

/* How many returns were not seen, because too many calls were under way at
 * once: kprobe_profile, Documentation/trace/kprobetrace.rst. */
uint64_t probe_returns_missed(const struct instance *);

#endif
