/*
 * proof: a program run with a random argument, to see whether the probes
 * show exactly that.
 */
#ifndef PROOF_H
#define PROOF_H

#include <stdbool.h>
#include <sys/types.h>

#include "event.h"

/* The hidden option: a tool called so ends at once (see tool_is_proof). */
#define PROOF_OPTION "--prove"
#define PROOF_ARGS   3	       /* program, option, random word */
#define PROOF_CODE   (42 << 8) /* wait status of proof_fork's child */

struct proof {
	char word[33]; /* random */
	pid_t pid;     /* of the child, 0 when it was reaped */
	pid_t ran;     /* the same, kept */
};

/* Run the program at path as "tool --prove WORD", quietly.  Returns 0, or -1
 * with errno (of fork; a failed exec shows as a proof that never comes). */
int proof_run(struct proof *, const char *path, const char *tool);

/* Only fork: the child ends at once with PROOF_CODE.  Returns as proof_run. */
int proof_fork(struct proof *);

/* Has the child ended?  Reaps it. */
bool proof_ended(struct proof *);

/* End and reap it, if it has not ended. */
void proof_stop(struct proof *);

enum proof_result {
	PROOF_STRANGER = -2, /* its arguments under another pid: this
				process lives in a pid namespace */
	PROOF_OTHER = 0,     /* another exec */
	PROOF_WHOLE,	     /* the proof, complete */
	PROOF_BARE	     /* the proof without its arguments */
};

/* What a record says of it. */
enum proof_result proof_check(const struct proof *, const struct event *);

/* The same of a program that could not be run. */
enum proof_result
proof_check_failure(const struct proof *, const struct event *);

/* What an exit, applied to the tasks, says of proof_fork's child: PROOF_WHOLE
 * with the right status, PROOF_BARE without. */
enum proof_result proof_check_exit(const struct proof *, const struct event *);

/* The same for what it used, as taskstats tells it. */
enum proof_result proof_check_usage(const struct proof *, const struct event *);

#endif
