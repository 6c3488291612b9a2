/*
 * source: where the events come from, live or replayed, with every task
 * known by its process and its parent.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "command.h"
#include "event.h"
#include "options.h"
#include "recording.h"
#include "session.h"
#include "tasks.h"

struct text;

struct source {
	const struct options *opt;
	char why[WHY_LEN]; /* a sentence, when a call failed */
	bool live;
	int64_t wall_offset; /* ns since 1970 at boot, 0 not known */
	int root;	     /* of the subtree that is asked for, 0: all */
	uint64_t armed;	     /* ns since boot: what is older is not shown */
	uint64_t ended;	     /* when tracing was over, 0: not yet */
	struct tasks tasks;
	bool ends;	   /* the next event is the end of a process */
	uint64_t lost;	   /* events the kernel dropped */
	bool lost_some;	   /* some, and it did not say how many */
	bool truncated;	   /* a recording without its end */
	uint64_t unparsed; /* lines of kernel text */

	/* live */
	struct session session;
	struct command command;
	uint64_t deadline;
	uint64_t tick;	   /* ns; SOURCE_IDLE at least so often; 0: no need */
	long swept, cycle; /* events of the last sweep; since a wait */
	int sweeps;	   /* since a wait */
	bool idle, over;
	bool signalled;	   /* the command was passed one */
	bool counted;	   /* what was lost at the end was told */
	uint64_t gap;	   /* events were lost then; 0: that is repaired */
	uint64_t repaired; /* not again before this time */
	int out;	   /* -w; -1: none */
	bool writing;	   /* its first lines are written */
	struct buf line;

	/* replay */
	int in;		  /* -1: none */
	struct buf bytes; /* read, from at on not yet used */
	size_t at;
	bool cut;	 /* the last line has no newline */
	bool waits, eof; /* reading may wait; nothing more comes */
	bool begun;	 /* what was before is complete */
	bool chosen;	 /* -p was applied */
	uint64_t line_number;
	struct recording recording;
	struct text *text; /* NULL: a recording of ours */
};

enum source_result {
	SOURCE_ERROR = -1, /* why says what */
	SOURCE_END,
	SOURCE_EVENT,
	SOURCE_IDLE /* nothing more to read now: time to flush */
};

/*
 * Open what the options ask for; a live trace is armed when this returns, and
 * the command of -- still waits.  opt and s->session.opt's callers stay
 * valid.  Returns 0, or -1 with why; source_close is due in any case.
 */
int source_open(
    struct source *, const struct options *, const struct session_options *);

/* Let the command of -- go: after the header was written.  Returns 0, or -1
 * with why: it could not be run. */
int source_go(struct source *);

/* Count what an event tells of a loss, which is to be repaired. */
void source_count(struct source *, const struct event *);

/* The next event; its strings are valid until the next call.  The exit of the
 * last thread of a process is followed by the EVENT_END of the process. */
enum source_result source_next(struct source *, struct event *);

/* Wait until a descriptor can be written.  Returns false when a signal asks
 * to end and nobody takes our output. */
bool source_writable(struct source *, int fd);

/* Stop tracing now: nobody reads any more. */
void source_stop(struct source *);

/* Undo everything; waits for the command.  Returns 0, or -1 with why. */
int source_close(struct source *);

#endif
