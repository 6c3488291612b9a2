/*
 * reader: the pages of all CPUs, as records in the order of time.
 *
 * A sweep reads every CPU until it has been empty once.  What is older than the
 * newest record of the sweep before is then in order: whatever led to it was
 * committed before this sweep began, and nothing more of its time can come.  (A
 * record that nothing depends on may still come late: the kernel takes its time
 * before it commits it.)  When one look finds all CPUs empty, all that was read
 * is in order.
 */
#ifndef READER_H
#define READER_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "ring/page.h"

struct reader_record {
	uint64_t ts;
	uint64_t seq;	    /* order of reading, for equal times */
	size_t offset, len; /* in data; len 0: a gap */
	uint64_t lost;	    /* gap: how many events, 0 not known */
	uint64_t until;	    /* gap: its end */
	int cpu;
	void *note; /* what the hook returned */
};

struct reader {
	struct ring_layout layout;
	int cpus;
	struct pollfd *poll;   /* trace_pipe_raw of each CPU; reader_notify */
	int *cpu;	       /* its number */
	uint64_t *last;	       /* time of its last event */
	int instance;	       /* its directory, lent */
	bool skip_unread_cpus; /* never read a CPU that has had no event */
	bool poll_unreliable;  /* poll does not say what there is */
	int absent;	       /* CPUs without a buffer; poll.fd is ~fd */
	bool cpu_events;       /* a CPU that comes online is an event */
	uint64_t recheck;      /* when to look at those again, ns since boot */
	uint64_t rechecked;    /* seq when they were looked at */
	size_t pages;	       /* most pages of a CPU in one sweep */
	uint8_t *page;
	struct buf data, spare; /* bytes of the records that wait */
	struct reader_record *records;
	size_t count, room, next;
	size_t settled; /* up to here equal times are in their final order */
	uint64_t seq;
	uint64_t taken;		 /* events that were read */
	uint64_t newest, before; /* of this sweep and the last */
	uint64_t corrupt;	 /* pages that could not be read to the end */
	bool *empty;		 /* each CPU: it has been, in this sweep */
	bool polled;		 /* poll.revents is of just now */
	bool quiet;		 /* all that was there by looked was read */
	uint64_t looked;	 /* when poll was asked last, ns since boot */
	size_t rounds;		 /* of the last sweep: most pages of a CPU */
	bool ready;		 /* poll said so */
	int empty_polls;	 /* so often in vain, one after the other */
	int woken;		 /* how often an event ended a wait */
	uint64_t vain;		 /* ns waited in vain, since something came */
	uint64_t waited;	 /* seq when a wait was last in vain */
	/* Called for each record as soon as it is read, may be NULL; what it
	 * returns comes back as note. */
	void *(*hook)(void *, const struct ring_record *);
	/* Sorts records of one time; may be NULL. */
	void (*settle)(void *, struct reader_record *, size_t count);
	void *hook_arg;
};

/* Open the pipes of an instance, which stays open, whose buffers have kb KB a
 * CPU.  Returns 0, or -1 with errno; then nothing is open. */
int reader_open(struct reader *, int instance, unsigned kb);

/* In a child: the limit of open files that reader_open raised. */
void reader_restore_limit(void);

/* Read all CPUs until each has been empty once.  Returns the number of records
 * read, or -1 with errno. */
long reader_sweep(struct reader *);

/* The next record in order; all: also those that a sweep might still
 * precede (the last one was quiet).  Returns false when there is none.
 * The record is valid until the next sweep. */
bool reader_next(struct reader *, bool all, const struct reader_record **);

/* The note of the record that reader_next gave last; it is the caller's now. */
void *reader_take_note(struct reader *);

/* The events of all CPUs that were overwritten, found no room, or, when all is
 * read, were skipped by the kernel: "overrun:", "dropped events:", "entries:"
 * of per_cpu/cpuN/stats, each of which may have wrapped below 0. */
uint64_t reader_untold(const struct reader *);

/* How many events others have read, if this is counted since the buffer was
 * empty; negative if it was emptied since.  Only where the kernel counts them
 * ("read events:", 3.7+). */
int64_t reader_foreign(const struct reader *);

/* What lies between two times, of the trace clock, is not known: a gap of all
 * CPUs.  lost: events, 0 not known.  Returns 0, or -1 with errno. */
int reader_gap(struct reader *, uint64_t from, uint64_t lost, uint64_t until);

/* Discard the records that wait: their times are wrong.  now: of the trace
 * clock. */
void reader_discard(struct reader *, uint64_t now);

/* Another descriptor that ends a wait, -1 for none; it is borrowed. */
void reader_notify(struct reader *, int fd);

/* Could it be read at the last look? */
bool reader_notified(const struct reader *);

/* Wait until something can be read, at most ns nanoseconds (UINT64_MAX: until
 * a signal), with the signals of mask.  Returns as ppoll(2). */
int reader_wait(struct reader *, uint64_t ns, const sigset_t *mask);

/* Close the pipes; the records that wait stay readable until reader_free. */
void reader_close(struct reader *);
void reader_free(struct reader *);

#endif
