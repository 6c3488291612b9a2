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

#include "base/error.h"
#include "kernel/buffer_size.h"
#include "event.h"
#include "events/exec_assembler.h"
#include "kernel/instance.h"
#include "ring/raw_event.h"
#include "trace/cpu_time.h"
#include "trace/finding.h"
#include "trace/probe.h"
#include "trace/trace_clock.h"
#include "trace/watch.h"
#include "ring/reader.h"
#include "kernel/taskstats.h"
#include "events/ties.h"

struct session_options {
	const char *tool; /* in the name of the instance */
	int kb;		  /* buffer per CPU, as buffer_size_set takes it */
	bool large;	  /* a larger one, if kb leaves it to us */
	bool execs;	  /* arguments of execs: probes */
	bool exits;	  /* exits with their status */
	bool usage;	  /* resource usage: taskstats */
	bool subtree;	  /* of a subtree: its CPU time is counted */
	bool senders;	  /* who sends signals that kill */
	bool keep;	  /* tasks keep the arguments of their execs */
	int args;	  /* how many are wanted */
	bool failed;	  /* failed execs too */
	bool bare;	  /* no probes: arguments only from /proc */
	bool cgroups;	/* moves between cgroups, if the kernel has an event */
	bool toplevel;	/* the kernel's own buffer, though there may be
			   instances */
	int method;	/* 0: the first that passes its self-test */
	bool force;	/* on that buffer, though it is in use */
	bool no_repair; /* leave what another program changes in the buffer */
	struct findings findings; /* -v, --check */
	/* Has a signal come that ends the tool?  May be NULL. */
	bool (*ending)(void);
	/* What another program changes, a line each; may be NULL. */
	void (*warn)(const char *format, ...);
};

#define TRIES		256
#define SESSION_STEP_NS 2000000u /* how long to wait while a record waits */

/* Takes a record and completes it (tasks_apply). */
typedef void (*session_seen)(void *, struct event *);

/* How much is going on. */
struct pace {
	uint64_t begin;	   /* of a window of time, ns since boot */
	long events, last; /* in it, in the one before */
	bool execs;	   /* in the last sweep */
};

/* Small members come first: the code that reads those is small, too. */
struct session {
	struct session_options opt;
	session_seen seen; /* while arming */
	void *seen_arg;
	int tracefs;
	enum method method;
	bool no_exec_event;    /* no event of an exec (before 3.4) */
	bool have_exec_return; /* events of what execve returned are in use */
	bool status_from_syscalls; /* of exit, and signals, show statuses */
	bool senders;		   /* who sends signals is seen */
	bool cgroups;		   /* moves between them are seen */
	bool have_group_exit;	   /* a probe shows exits of whole processes */
	bool filtered;		   /* set_event_pid is in force */
	bool stopped;
	bool nested;	 /* this tool's PID is another one in events */
	bool proc;	 /* /proc has the PIDs of the events */
	int self;	 /* its PID there */
	uint64_t fed;	 /* time of the last event */
	uint64_t until;	 /* all events up to then were fed */
	uint64_t armed;	 /* ns since boot */
	uint64_t lost;	 /* events, as counted by the records */
	uint64_t missed; /* returns, until it was armed */
	int fetch;	 /* arguments that probes fetch */
	struct pace pace;
	size_t sampled; /* bytes read from /proc by records that wait */
	int learned;	/* places found while tracing */
	struct instance instance;
	struct buffer_size buffer;
	struct reader reader;
	struct trace_clock clock;
	struct watch watch;
	struct error error;    /* a sentence, when a call failed */
	bool status_known;     /* the status of an exit is seen */
	struct error no_stats; /* why taskstats is not used though it would
				   be; "": it is, or is not needed */
	uint8_t tries[TRIES];  /* to find one, by hash of the path */
	struct ties ties;
	struct exec_assembler assembler;
	struct taskstats stats;
	struct cpu_time cpu_time;
	struct probe_list probes;
	struct raw_event_table events;
};

/* Enable a tracepoint of the kernel.  Returns 0, or -1 with an error. */
int session_enable(struct session *, enum raw_event_kind, const char *name,
    const char *filter);

/* Probe a kernel function, if that is possible: format has the name of a field,
 * %s for the first argument and, of a number, %d for its bits. */
void session_probe(struct session *, enum raw_event_kind, const char *name,
    const char *function, const char *format);

/* Find tracefs, sweep leftovers, make the instance, choose the clock and open
 * the reader: no event is enabled yet (arm_tasks).  Returns 0, or -1 with an
 * error.
 */
int session_open(struct session *, const struct session_options *);

/* Is it the fork of a child of ours?  As tasks_apply has completed it. */
bool session_is_child(const struct session *, const struct event *);

/* Is it, listed in /proc, a helper of ours (kernel/helper.h)?  That is not
 * shown, nor are its events. */
bool session_is_helper(const struct session *, const struct event *);

/* Has a signal come that ends the tool?  Then nothing is armed or tested any
 * more, because nothing will be shown. */
bool session_is_ending(const struct session *);

/* From here on events are shown: what comes later has no smaller time. */
void session_armed(struct session *);

/* From here on what another program changes is reported, and put back. */
void session_watch(struct session *);

/* Read what is there.  Returns how many events, 0 when there were none (all
 * records that can be had are then ready), -1 with an error. */
long session_sweep(struct session *);

/* The next record.  Returns 1, or 0: sweep again. */
int session_next(struct session *, struct event *);

/*
 * Wait until something can be read, at most ns nanoseconds (UINT64_MAX: until
 * a signal), with the signals of mask.  While much is going on it is read a few
 * milliseconds later, in one go.
 */
void session_wait(struct session *, uint64_t ns, const sigset_t *mask);

/* All records up to this time were taken (session_next returned 0); ns since
 * boot. */
uint64_t session_taken(const struct session *);

/* Stop recording: what was recorded can still be swept and taken. */
void session_stop(struct session *);

/* Events the kernel dropped and no record counted; after the last sweep. */
uint64_t session_untold(struct session *);

/* Undo everything.  Returns 0; 1 with an error when the instance had to be left
 * to others (buffer_close), which is no failure of this session; or -1 with
 * when something else could not be undone. */
int session_close(struct session *);

#endif
