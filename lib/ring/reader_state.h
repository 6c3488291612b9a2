/*
 * reader_state: what the files of a reader share; for others it is in reader.h.
 */
#ifndef READER_STATE_H
#define READER_STATE_H

#include <poll.h>
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

#endif
