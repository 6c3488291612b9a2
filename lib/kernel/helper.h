/*
 * helper: a process of this tool that does what may never return.
 *
 * A system call that waits for another user's memory or file may wait as long
 * as that user likes, and no signal ends it.  So it is made by a child, which
 * can be abandoned: it has no descriptor of the tool, dies with the tool, and
 * what it has to say is in memory that both share.  It is a process and not a
 * thread, because a process does not end before its last thread.
 *
 * It is forked when it is needed for the first time.
 */
#ifndef HELPER_H
#define HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define HELPER_BYTES   (256 << 10)
#define HELPER_FDS     4
#define HELPER_WAIT_NS 200000000u /* for the answer */

/* The memory that both share. */
struct helper_job {
	long (*work)(struct helper_job *);
	/* Set by the helper: */
	long result;
	int error;	 /* errno, when the result is negative */
	uint64_t waited; /* ns, if it had to wait for anything */
	int fd[HELPER_FDS];
	int fds; /* descriptors to hand over: the caller's to close */
	/* The question and the answer: */
	int pid, parent;
	bool flag;
	bool patient; /* wait longer: no user can hold the answer back */
	size_t size;  /* of bytes */
	char bytes[HELPER_BYTES];
};

/* A job to fill in and to do.  Returns NULL with errno if there is no helper:
 * EAGAIN, too many of them do not return. */
struct helper_job *helper_job(void);

/*
 * Have the helper call work, which returns 0 or more, or -1 with errno. Returns
 * the same; if there is no answer in time, the helper is abandoned, and it is
 * -1 with ETIMEDOUT.  The job is valid until the next helper_job.
 */
long helper_do(struct helper_job *, long (*work)(struct helper_job *));

/* Fork a process that goes on alone: it has no descriptor of the tool but
 * standard error, no right but to write any file, its signals are blocked, and
 * its events are not shown.  Returns as fork(2); the tool waits for it. */
pid_t helper_split(void);

/* Is it the PID, in /proc, of a helper, or of one that has ended? */
bool helper_is(int pid);

/* It is not, or no longer. */
void helper_forget(int pid);

/* End it.  One that does not return ends when it can. */
void helper_end(void);

#endif
