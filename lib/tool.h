/*
 * tool: the side of a program that speaks, the same in all of them: the loop
 * over records, standard output, messages, the exit status.
 */
#ifndef TOOL_H
#define TOOL_H

#include "buf.h"
#include "event.h"
#include "options.h"
#include "session.h"

struct source;

/* Exit statuses: of our own, and of a command that we could not run. */
enum { STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_TOOL_FAILED = 125 };

struct tool {
	struct options opt;
	struct session_options session;
	/* The column header, without the time columns and the newline. */
	void (*header)(struct buf *);
	/* Append the line of a record, without its time and newline, or
	 * return false: it is not shown.  It is told of gaps too.  NULL: no
	 * records are shown, nor a header. */
	bool (*show)(struct buf *, const struct event *);
	/* The same as members of a JSON object; may be called for any record
	 * that show would be. */
	bool (*json)(struct buf *, const struct event *);
	/* Tracing has begun; may be NULL.  source is valid until over. */
	void (*begun)(const struct source *);
	/* Nothing more to read now, at least every IDLE_NS: answer questions.
	 * Returns false: stop.  May be NULL. */
	bool (*idle)(struct buf *);
	/* Tracing is over: the last look at what source knows; may be NULL. */
	void (*over)(const struct source *);
	/* Nothing is traced any more: append what is to be said of it all, and
	 * call flush as often as memory matters.  Returns 0, or -1 from flush:
	 * nobody reads.  May be NULL. */
	int (*draw)(struct buf *, int (*flush)(struct buf *));
	int operand; /* the first of argv; set by tool_options */
	int out;     /* a descriptor that draw's text goes to; 0: stdout */
	/* What was left out on purpose, to stderr at the end; may be NULL. */
	void (*summary)(void);
};

/* A tool that proves its probes runs itself: end at once then.  To be called
 * first in main. */
void tool_is_proof(int argc, char **argv);

/* Parse the command line: letters is the getopt string of the tool's own
 * options, own takes them.  Prints usage (a synopsis without the name) and
 * ends for -h, -V and errors. */
void tool_options(struct tool *, int argc, char **argv, const char *letters,
    void (*own)(int letter, const char *arg), const char *usage);

/* End with status 2: "tool: MESSAGE" and the usage. */
void tool_usage(const struct tool *, const char *format, ...)
    __attribute__((format(printf, 2, 3), noreturn));

/* End with status 2 if anything but options and a command was given. */
void tool_no_operands(const struct tool *, int argc, char **argv);

/* Everything else.  Returns the exit status. */
int tool_run(struct tool *);

/* The status of a failure of ours: 1, or 125 with a command, whose own status
 * it must not look like. */
int tool_failed(const struct tool *);

/* A line on stderr; it may hold a path that somebody else chose. */
void tool_say(const char *line);

/* Write what draw says; tool_run does it too.  Returns 0, or -1 after an
 * error. */
int tool_draw(const struct tool *);

/* The members every JSON object begins with: event, ts, time, pid, ppid, tid,
 * comm. */
void tool_json_common(struct buf *, const struct event *, const char *name);

/* The members that tell of a wait status: exit, signal, core. */
void tool_json_status(struct buf *, int code);

/* The members that tell of a program: path, argc, args (at most max of them),
 * args_state. */
void tool_json_args(struct buf *, const struct event *, int max);

#endif
