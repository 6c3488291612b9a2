/*
 * taskstats: what the kernel reports of each task that ends, through generic
 * netlink: its wait status (of the first thread of a process), CPU time, peak
 * memory and I/O.  Needs CONFIG_TASKSTATS, root, and the first network
 * namespace.
 *
 * The kernel queues a record before it records the exit event of the same
 * task (taskstats_exit() comes first in do_exit(), kernel/exit.c).  So each
 * exit event that was read has its record in the queue, and records of one
 * number come in the order of its exits: that is how they are joined.  After
 * a loss, of events or of records, that is not certain any more: all that is
 * queued is forgotten, and no exit before that moment is joined.  (Nor is one
 * of that moment by mistake: its record is forgotten, and its number is not
 * given again so soon.)
 *
 * Sources: Documentation/accounting/taskstats.rst, kernel/taskstats.c,
 * include/uapi/linux/taskstats.h.
 */
#ifndef TASKSTATS_H
#define TASKSTATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "event.h"

#define TASKSTATS_BUCKETS 1024

struct taskstats_record {
	struct taskstats_record *next;
	int tid, code;
	char comm[COMM_LEN];
	struct usage usage;
	uint64_t elapsed; /* ns, as in struct event_exit */
	uint32_t uid;	  /* the same */
};

struct taskstats {
	int fd; /* -1: not in use */
	uint16_t family;
	unsigned buffer; /* bytes, as the kernel granted it */
	uint64_t doubt;	 /* exits before are not joined */
	uint64_t slack;	 /* how much too small the time of an exit may be, ns */
	bool doubtful;	 /* and more of them: not all was forgotten yet */
	bool delays;	 /* waits for block I/O, swap and reclaim are counted */
	bool stolen;	 /* as in struct event_exit */
	uint64_t looked; /* when that was looked at, ns since boot */
	uint64_t tick;	 /* ns of CPU time that may not be counted yet; 0 not
			    known */
	uint64_t missed; /* times that the kernel found the queue full */
	struct taskstats_record *bucket[TASKSTATS_BUCKETS];
};

/* Ask for the records of all CPUs.  Returns 0, or -1 with an error; then
 * nothing is open. */
int taskstats_open(struct taskstats *, struct error *error);

/* Complete an EVENT_EXIT: usage, stats_code, elapsed, slack, uid.  Exits come
 * in the order of time; to be called for each. */
void taskstats_join(struct taskstats *, struct event *);

/* Events were lost: it is not certain which tasks the queued records belong to.
 */
void taskstats_doubt(struct taskstats *);

/* Parse one netlink message.  Returns 1 and a record (tid, code, comm,
 * usage, uid), or 0 when it has none. */
int taskstats_parse(
    uint16_t family, const void *, size_t len, struct taskstats_record *);

void taskstats_close(struct taskstats *);

#endif
