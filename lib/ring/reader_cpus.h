/*
 * reader_cpus: the pipe of each CPU, for a reader.
 */
#ifndef READER_CPUS_H
#define READER_CPUS_H

#include <signal.h>

#include "ring/reader_state.h"

/* Open the pipe of each CPU of the instance.  Returns 0, or -1 with errno. */
int cpus_open(struct reader *);

/* Note in poll.revents which CPUs have something to read. */
void cpus_look(struct reader *);

/* Look again at those without a buffer, if it is time for that. */
void cpus_recheck(struct reader *);

/* All were read: was there something?  For the next wait. */
void cpus_swept(struct reader *, bool found);

/* A CPU turned out to have none. */
void cpu_set_absent(struct reader *, struct pollfd *);

/* Must the i-th CPU not be read yet? */
bool cpu_is_unread(const struct reader *, int i);

/* In a child: the limit of open files that reader_open raised. */
void reader_restore_limit(void);

/* The events of all CPUs that were overwritten, found no room, or, when all is
 * read, were skipped by the kernel: "overrun:", "dropped events:", "entries:"
 * of per_cpu/cpuN/stats, each of which may have wrapped below 0. */
uint64_t reader_untold(const struct reader *);

/* How many events others have read, if this is counted since the buffer was
 * empty; negative if it was emptied since.  Only where the kernel counts them
 * ("read events:", 3.7+). */
int64_t reader_foreign(const struct reader *);

/* Another descriptor that ends a wait, -1 for none; it is borrowed. */
void reader_notify(struct reader *, int fd);

/* Could it be read at the last look? */
bool reader_notified(const struct reader *);

/* Wait until something can be read, at most ns nanoseconds (UINT64_MAX: until
 * a signal), with the signals of mask.  Returns as ppoll(2). */
int reader_wait(struct reader *, uint64_t ns, const sigset_t *mask);

/* Close the pipes; the records that wait stay readable until reader_free. */
void reader_close(struct reader *);

#endif
