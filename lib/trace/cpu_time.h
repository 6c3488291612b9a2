/*
 * cpu_time: the CPU time of tasks, counted from the scheduler's events.
 *
 * There is about one of these events for each switch of the machine.  So they
 * are recorded in an instance of their own: they take no room from other events
 * there, and wake no reader.  What is not read in time is overwritten, and what
 * ran then is not counted.
 *
 * The kernel cannot choose them by task: set_event_pid looks at the task that
 * runs on this CPU, but a wakeup adds to the time of the task that runs on the
 * other CPU, too.
 */
#ifndef CPU_TIME_H
#define CPU_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "event.h"
#include "events/runtime.h"
#include "kernel/instance.h"
#include "ring/format.h"
#include "ring/reader.h"

#define CPU_TIME_NS 100000000u /* sweep so often, at least */

struct cpu_time {
	struct instance instance; /* dir -1: not in use */
	struct reader reader;
	struct format format;
	const struct field *pid, *ns; /* of format */
	int64_t offset;		      /* trace clock + this = ns since boot */
	uint64_t read; /* all events up to then were read; ns since boot */
	struct runtime runtime;
};

/* Begin; beside is the instance whose clock is used, with that offset.  What
 * task self does is left out.  Returns 0, or -1 with an
 * error; then nothing is open. */
int cpu_time_open(struct cpu_time *, const struct instance *beside,
    int64_t offset, int self, struct error *error);

/* Read what is there, after the events of other instances that it belongs to.
 * Returns 0, or -1 with errno. */
int cpu_time_sweep(struct cpu_time *);

/* Take a record: complete an EVENT_EXIT (runtime_exit); forget what an exec or
 * a loss makes uncertain. */
void cpu_time_join(struct cpu_time *, struct event *);

/* Close the pipes, and then (after those of other instances of ours, see
 * leftover.h) remove the instance, as instance_remove. */
void cpu_time_stop(struct cpu_time *);
int cpu_time_close(struct cpu_time *);

#endif
