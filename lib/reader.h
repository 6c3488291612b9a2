/*
 * reader: the pages of all CPUs, as records in the order of time.
 *
 * A sweep reads every CPU until it is empty.  What is not newer than the
 * newest record of the sweep before is then in order: whatever led to it was
 * committed before this sweep began.  (A record that nothing depends on may
 * still come late: the kernel takes its time before it commits it.)
 */
#ifndef READER_H
#define READER_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "ring.h"

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
	struct pollfd *poll; /* trace_pipe_raw of each CPU */
	int *cpu;	     /* its number */
	uint64_t *last;	     /* time of its last event */
	int instance;	     /* its directory, lent */
	bool careful;	     /* never read a CPU that has had no event */
	bool deaf;	     /* poll does not say what there is */
	size_t pages;	     /* most pages of a CPU in one sweep */
	uint8_t *page;
	struct buf data, spare; /* bytes of the records that wait */
	struct reader_record *records;
	size_t count, room, next;
	uint64_t seq;
	uint64_t newest, before; /* of this sweep and the last */
	uint64_t corrupt;	 /* pages that could not be read to the end */
	bool ready;		 /* poll said so */
	int lies;		 /* so often in vain, one after the other */
	/* Called for each record as soon as it is read, may be NULL; what it
	 * returns comes back as note. */
	void *(*hook)(void *, const struct ring_record *);
	void *hook_arg;
};

/* Open the pipes of an instance, which stays open, whose buffers have kb KB a
 * CPU.  Returns 0, or -1 with errno; then nothing is open. */
int reader_open(struct reader *, int instance, unsigned kb);

/* In a child: the limit of open files that reader_open raised. */
void reader_restore_limit(void);

/* Read all CPUs until they are empty.  Returns the number of records read,
 * or -1 with errno. */
long reader_sweep(struct reader *);

/* The next record in order; all: also those that a sweep might still
 * precede (the last sweep found nothing).  Returns false when there is none.
 * The record is valid until the next sweep. */
bool reader_next(struct reader *, bool all, const struct reader_record **);

/* The note of the record that reader_next gave last; it is the caller's now. */
void *reader_take_note(struct reader *);

/* The events of all CPUs that were overwritten, found no room, or, when all is
 * read, were skipped by the kernel: "overrun:", "dropped events:", "entries:"
 * of per_cpu/cpuN/stats, each of which may have wrapped below 0. */
uint64_t reader_untold(const struct reader *);

/* Wait until something can be read, at most ns nanoseconds (UINT64_MAX: until
 * a signal), with the signals of mask.  Returns as ppoll(2). */
int reader_wait(struct reader *, uint64_t ns, const sigset_t *mask);

/* Close the pipes; the records that wait stay readable until reader_free. */
void reader_close(struct reader *);
void reader_free(struct reader *);

#endif
