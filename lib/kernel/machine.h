/*
 * machine: the CPU time that all CPUs together have used, from /proc/stat.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include "event.h"

/*
 * Parse the text of /proc/stat: its line "cpu" (user, nice, system, irq and
 * softirq; guests are in user; what a hypervisor took is not used by this
 * machine), and the lines of single CPUs, which are those online:
 * show_stat(), fs/proc/stat.c.  Returns 0, or -1, and cpus is 0.
 */
int machine_parse(struct event_machine *, const char *text);

/* Read and parse it.  Returns 0, or -1, and cpus is 0. */
int machine_read(struct event_machine *);

/* Has a hypervisor taken time, which then is no CPU time
 * (update_rq_clock_task(), kernel/sched/core.c)?  Also if that is not known. */
bool machine_is_stolen(void);

#endif
