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

#include <stdbool.h>
#include <stdint.h>

#include "ring/reader_cpus.h"
#include "ring/reader_state.h"

/* Open the pipes of an instance, which stays open, whose buffers have kb KB a
 * CPU.  Returns 0, or -1 with errno; then nothing is open. */
int reader_open(struct reader *, int instance, unsigned kb);

/* Read all CPUs until each has been empty once.  Returns the number of records
 * read, or -1 with errno. */
long reader_sweep(struct reader *);

/* The next record in order; all: also those that a sweep might still
 * precede (the last one was quiet).  Returns false when there is none.
 * The record is valid until the next sweep. */
bool reader_next(struct reader *, bool all, const struct reader_record **);

/* The note of the record that reader_next gave last; it is the caller's now. */
void *reader_take_note(struct reader *);

/* What lies between two times, of the trace clock, is not known: a gap of all
 * CPUs.  lost: events, 0 not known.  Returns 0, or -1 with errno. */
int reader_gap(struct reader *, uint64_t from, uint64_t lost, uint64_t until);

/* Discard the records that wait: their times are wrong.  now: of the trace
 * clock. */
void reader_discard(struct reader *, uint64_t now);

/* Close the pipes and free all records. */
void reader_free(struct reader *);

#endif
