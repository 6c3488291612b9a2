/*
 * source_state: what the files of a source share; for others it is in source.h.
 */
#ifndef SOURCE_STATE_H
#define SOURCE_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "event.h"
#include "events/recording.h"
#include "input/command.h"
#include "input/losses.h"
#include "input/request.h"
#include "task/table.h"
#include "trace/session.h"

struct text;
struct keep;

struct source {
	const struct request *request;
	struct error error; /* set when a call failed */
	bool live;
	int64_t wall_offset; /* ns since 1970 at boot, 0 not known */
	int root;	     /* of the subtree that is asked for, 0: all */
	uint64_t armed;	     /* ns since boot: what is older is not shown */
	uint64_t ended;	     /* when tracing was over, 0: not yet */
	struct tasks tasks;
	bool ends; /* the next event is the end of a process */
	struct losses losses;
	uint64_t differing;  /* tasks that ended as another user than known */
	int first_differing; /* the first of them */
	bool truncated;	     /* a recording without its end */
	/* When tracing began, and when it was over; cpus 0: not known. */
	struct event_machine machine[2];
	struct {
		uint64_t unparsed, first; /* lines, and which was the first */
		const char *why;	  /* of that one */
		uint64_t unsorted;	  /* line that is older than before */
		bool no_tasks;		  /* no fork, exec or exit at all */
		bool untimed;		  /* its clock does not count seconds */
	} output;			  /* of trace output, at its end */

	/* live */
	struct session session;
	struct command command;
	int child;   /* its PID in events; 0: none */
	bool unseen; /* the root is followed though nothing is known of it */
	uint64_t deadline;
	uint64_t tick;	 /* ns; SOURCE_IDLE at least so often; 0: no need */
	long swept;	 /* events of the last sweep */
	int sweeps;	 /* since a wait */
	uint64_t looked; /* when signals were let in */
	bool idle, over;
	bool signalled;	    /* the command was passed one */
	bool counted;	    /* the loss at the end was reported */
	uint64_t give_up;   /* a signal came: write until then; 0: none */
	uint64_t repaired;  /* not again before this time */
	uint64_t caught_up; /* the same, to look back for a cgroup */
	bool (*writable)(struct source *, int fd); /* as source_writable */
	int out;				   /* -w; -1: none */
	bool writing;	   /* its first lines are written */
	bool write_failed; /* and that is not reported yet */
	bool unread;	   /* standard output is no longer read */
	struct buf line;
	struct event renamed; /* is to be written; type 0: none */
	struct keep *keep;    /* -k; NULL: none */
	uint64_t soon;	      /* ns; as tick, for the recorder */
	uint64_t from;	      /* of --rotate: when the file begins */
	uint64_t written;     /* bytes, after what lived then */

	/* replay */
	int in;		  /* -1: none */
	struct buf bytes; /* read, from at on not yet used */
	size_t at;
	bool cut;	 /* the last line has no newline */
	bool skipping;	 /* the rest of a line that is too long */
	char *line_last; /* of trace output, for text.again */
	size_t len_last;
	bool waits, eof; /* reading may wait; nothing more comes */
	bool begun;	 /* what was before is complete */
	bool chosen;	 /* -p was applied */
	uint64_t line_number;
	uint64_t machine_ts; /* of the last EVENT_MACHINE */
	struct recording recording;
	struct text *text; /* NULL: a recording */
};

enum source_result {
	SOURCE_ERROR = -1, /* see error */
	SOURCE_END,
	SOURCE_EVENT,
	SOURCE_IDLE /* nothing more to read now: time to flush */
};

#endif
