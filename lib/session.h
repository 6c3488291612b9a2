/*
 * session: one live trace, from tracefs to typed records.
 *
 * Open, list what exists, arm, sweep and take records, close.  Every deed
 * has its undo in session_close, which is right at any point after
 * session_open was called.
 */
#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"
#include "exec.h"
#include "instance.h"
#include "kevent.h"
#include "probe.h"
#include "reader.h"
#include "taskstats.h"
#include "tracefs.h"

struct session_options {
	const char *tool; /* in the name of the instance */
	unsigned kb;	  /* buffer per CPU, 0: the kernel's own */
	bool large;	  /* if it is 0, a larger one that is affordable */
	bool execs;	  /* arguments of execs: probes */
	bool exits;	  /* exits with their status */
	bool usage;	  /* and what was used: taskstats */
	bool keep;	  /* tasks keep the arguments of their execs */
	int args;	  /* how many anybody wants */
	bool failed;	  /* failed execs too */
	bool bare;	  /* no probes: arguments only from /proc */
	bool cgroups;	  /* moves between cgroups, if the kernel tells */
	bool toplevel;	  /* the kernel's own buffer, though there may be
			     instances */
	int row;	  /* of probes, 0: the first that proves itself */
	bool insist;	  /* on that buffer, though somebody else uses it */
	/* Is told of every event as tasks has completed it, also of what was
	 * before and is not shown (tasks.seen); may be NULL. */
	void (*known)(void *, const struct event *);
	/* What -v tells, a line each; may be NULL. */
	void (*say)(const char *line);
};

#define TRIES		256
#define SESSION_STEP_NS 2000000u /* how long to wait while a record waits */

/* Small members come first: the code that reads those is small, too. */
struct session {
	struct session_options opt;
	int tracefs;
	enum probe_row row;
	bool silent;	   /* no event tells of an exec (before 3.4) */
	bool returns;	   /* events tell of what execve returned */
	bool calls;	   /* of exit, and signals, tell of statuses */
	bool cgroups;	   /* moves between them are told */
	bool groups;	   /* a probe tells of exits of whole processes */
	bool clock_drifts; /* the offset is measured again and again */
	bool filtered;	   /* set_event_pid is in force */
	bool stopped;
	int64_t clock_offset; /* trace clock + this = ns since boot */
	uint64_t clock_slack; /* how far the two may differ */
	uint64_t clock_set;   /* when it was measured; ns since boot */
	uint64_t clock_mark;  /* when we left a mark that is not read yet */
	uint64_t fed;	      /* time of the last event */
	uint64_t until;	      /* all events up to then were fed */
	uint64_t armed;	      /* ns since boot */
	uint64_t lost;	      /* events, as told by the records */
	uint64_t missed;      /* returns, until it was armed */
	unsigned clock_marks; /* so many */
	int fetch;	      /* arguments that probes fetch */
	size_t peeked;	      /* bytes read from /proc by records that wait */
	int learned;	      /* places found while tracing */
	struct instance instance;
	struct reader reader;
	char clock_word[80];  /* the mark */
	char why[WHY_LEN];    /* a sentence, when a call failed */
	uint8_t tries[TRIES]; /* to find one, by hash of the path */
	struct exec_joiner joiner;
	struct taskstats stats;
	struct probe_list probes;
	struct kevent_table events;
};

/* What -v tells. */
void session_say(const struct session *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Enable a tracepoint of the kernel.  Returns 0, or -1 with why. */
int session_enable(
    struct session *, enum kevent_kind, const char *name, const char *filter);

/* Find tracefs, sweep leftovers, make the instance, choose the clock, and
 * enable what tells of forks, execs and exits.  Returns 0, or -1 with why. */
int session_open(struct session *, const struct session_options *);

/* Takes a record and completes it (tasks_apply). */
typedef void (*session_seen)(void *, struct event *);

/*
 * Choose the first row of probes that proves itself: this program (or the
 * loader) is run with a random argument, which must come back.  The same for
 * the status of exits.  Records that arrive meanwhile go to seen.  Returns 0,
 * or -1 with why.
 */
int session_arm(struct session *, session_seen, void *);

/* From here on events are shown: what comes later has no smaller time. */
void session_armed(struct session *);

/* Have the kernel itself drop the events of all tasks but these and their
 * descendants (set_event_pid and event-fork, 4.7+).  Returns 0, or -1 when
 * this kernel cannot, or cannot do it safely. */
int session_filter(struct session *, const int *tids, size_t count);

/* Read what is there.  Returns how many events, 0 when there were none (all
 * records that can be had are then ready), -1 with why. */
long session_sweep(struct session *);

/* The next record.  Returns 1, or 0: sweep again. */
int session_next(struct session *, struct event *);

/* Row 3: this program was seen to pass by no probe; have it probed from now
 * on, if that can be done. */
void session_learn(struct session *, const struct event *);

/*
 * Wait until something can be read, at most ns nanoseconds, with the signals
 * of mask.  busy: much is going on, so nobody minds if it is read a few
 * milliseconds later, in one go.
 */
void
session_wait(struct session *, bool busy, uint64_t ns, const sigset_t *mask);

/* Stop recording: what was recorded can still be swept and taken. */
void session_stop(struct session *);

/* Events the kernel dropped and no record told of; after the last sweep. */
uint64_t session_untold(struct session *);

/* Undo everything.  Returns 0, or -1 with why when something had to be left
 * behind. */
int session_close(struct session *);

#endif
