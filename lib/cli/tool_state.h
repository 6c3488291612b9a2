/*
 * tool_state: what the files of a tool share; for others it is in tool.h.
 */
#ifndef TOOL_STATE_H
#define TOOL_STATE_H

#include "base/error.h"
#include "base/buf.h"
#include "cli/options.h"
#include "cli/sink.h"
#include "event.h"
#include "trace/session.h"

struct source;

/* Exit statuses: a failure, wrong usage, and a failure of a tool that was to
 * run a command, whose own status it must not look like. */
enum { STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_TOOL_FAILED = 125 };

struct tool {
	struct options opt;
	struct session_options session;
	const char *usage; /* the synopsis, without the name */
	/* The tool's own, up to one without a name; one with the letter of a
	 * common option replaces that. */
	const struct tool_option *options;
	const struct tool_option *usage_options; /* of -h; NULL: the same */
	/* Those of several tools, which own_option takes; may be NULL.  The
	 * tool's own come first. */
	const struct tool_option *shared;
	/* The first argument of all callbacks.  Those that may be NULL say so.
	 */
	void *arg;
	/* Take an option that is neither common nor a flag. */
	void (*own_option)(void *, int letter, const char *value);
	/* The column header, without the time columns and the newline. */
	void (*header)(void *, struct buf *);
	/* Is the event shown?  Called once for each event, in order, also for
	 * EVENT_LOST.  NULL: the tool shows no events, and no header. */
	bool (*wanted)(void *, const struct event *);
	/* Is one that is wanted shown, by filter?  1 yes, 0 no, -1 that is not
	 * known: it is counted.  An exec that is not is none for wanted.  May
	 * be NULL. */
	int (*selects)(const void *filter, const struct event *);
	const void *filter;
	int selected; /* what it has said of the event that wanted gets */
	/* Takes each event itself, in place of wanted, show and json; it may
	 * append to the buffer.  May be NULL. */
	void (*take)(void *, struct buf *, const struct event *);
	/* Append the line of a wanted event, without its time and newline. */
	void (*show)(void *, struct buf *, const struct event *);
	/* Append the members of its JSON object that are the tool's own. */
	void (*json)(void *, struct buf *, const struct event *);
	const char *json_event; /* the value of the member "event" */
	bool json_all;		/* json has all other members, too */
	/* Takes every event, also what existed before, as in struct request;
	 * may be NULL. */
	void (*known)(void *, const struct event *);
	/* Tracing has begun; source is valid until over.  May be NULL. */
	void (*begun)(void *, const struct source *);
	/* Nothing more to read now, at least every IDLE_NS: answer questions.
	 * Returns false: stop.  May be NULL. */
	bool (*idle)(void *, struct buf *);
	/* Tracing is over: the last look at source.  May be NULL. */
	void (*over)(void *, const struct source *);
	/* Nothing is traced any more: append what is to be drawn, and call
	 * sink_flush_some as often as memory matters.  Returns 0, or -1 from
	 * that.  May be NULL. */
	int (*draw)(void *, struct buf *, struct sink *);
	/* Complain about what was left out on purpose.  May be NULL. */
	void (*summary)(void *);
	/* &cgroup_lookup, of input/cgroups.h, if session.cgroups may be asked
	 * for; else NULL, and -w records no cgroups. */
	const struct cgroup_lookup *cgroups;
	/* &users_seen: -w records users; NULL: not. */
	const struct users_seen *users;
	bool failed;	 /* set by wanted, after a message: stop */
	char option[64]; /* the option that is being taken, as -x or --long */
	int operand;	 /* the first of argv; set by tool_options */
	unsigned long long unsure; /* lines that selects did not know */
	struct sink sink;
	struct source *source; /* while tool_run runs */
};

#endif
