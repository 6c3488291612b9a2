/*
 * exec_alarm: a signal in the moment of an exec whose arguments may have to be
 * read in /proc before the program ends.  So all events can be left to gather.
 *
 * It is an event of perf on each CPU (perf_event_open(2)), which is recorded
 * nowhere and ends with its descriptor.  Its filter leaves out the programs
 * that probes have shown whole.
 */
#ifndef EXEC_ALARM_H
#define EXEC_ALARM_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "event.h"
#include "ring/reader.h"

struct exec_alarm {
	/* Set by the owner: */
	const struct reader *reader; /* of whose CPUs */
	int event;		     /* the number of sched_process_exec */
	bool filtered; /* probes show all that is wanted of a program */

	/* Private: */
	int *fd;       /* by the place of a CPU in the reader; -1: it was
			  offline; NULL: the alarm is not open */
	unsigned rung; /* how often, since the filter was changed */
	size_t len;    /* of the filter */
	char filter[2048];
};

/* Begin.  From now on SIGURG is blocked, and the alarm's.  Returns 0, or -1
 * with errno: it never rings, and need not be closed. */
int exec_alarm_open(struct exec_alarm *);

/* Has it rung since the last call? */
bool exec_alarm_rang(struct exec_alarm *);

/* Let it end a wait with this mask. */
void exec_alarm_admit(sigset_t *);

/* Take notice of a record: where the alarm rings too often, it leaves this
 * program out.  It closes if that fails. */
void exec_alarm_learn(struct exec_alarm *, const struct event *);

void exec_alarm_close(struct exec_alarm *);

#endif
