/*
 * trace_text_line: a line without its header, and the parsers of each kind of
 * line.  For trace_text*.c only.
 */
#ifndef TRACE_TEXT_LINE_H
#define TRACE_TEXT_LINE_H

#include <stdint.h>

#include "event.h"
#include "base/scan.h"
#include "events/trace_text.h"

struct text_line {
	int pid, cpu; /* pid: the task (a tid); 0: only the event names it */
	int tgid;     /* its process; 0 not known */
	struct span comm; /* its name, empty not known */
	bool interrupt;	  /* in an interrupt; false also if not known */
	uint64_t ts;	  /* ns; untimed: in what its clock counts */
	bool untimed;
	/* "name: rest"; without a name (function tracers, system calls) all
	 * of it is the rest */
	struct span name, rest;
};

/* Find what stands before the event in a line: printed by the kernel in any
 * format, by trace-cmd report or by perf script, and perhaps indented or
 * quoted.  Returns false when there is no such thing. */
bool text_context(struct span line, struct text_line *);

/* Step over what a mail, grep or a log put before a line without a context.
 * Blanks stay, but for those before such a thing. */
void text_skip_prefix(struct span *);

#define TEXT_OTHER 2 /* an event of another kind */

/* The event of a fork, an exec or an exit.  Returns as text_parse, or
 * TEXT_OTHER. */
int text_task(struct text *, const struct text_line *, struct event *);

/* The task that such an event names itself, where no context does.  Returns
 * false when it names none. */
bool text_own_pid(struct text_line *);

/* Has a line the name of such an event, or a part of that at its end, where it
 * does not belong, or what only such an event has, or does Markdown escape its
 * underscores?  Then it was one, before it was changed. */
bool text_was_task(const struct text_line *);

/*
 * The entry and the return of an execve, which are an exec where no
 * sched_process_exec comes between.  Returns as text_parse, or TEXT_OTHER.
 */
int text_call(struct text *, const struct text_line *, struct event *);

/* What was entered before a loss may have returned in it. */
void text_call_forget_all(struct text *);

/* The arguments that a probe at the entry showed of the call of this task; if
 * there are none, nothing is changed. */
void text_call_args(struct text *, int tid, struct args *);

/* The text is over: count those of which the return is not known. */
void text_call_end(struct text *);

/* Its exec came. */
void text_call_done(struct text *, int tid);

/*
 * A probe event of ours, of an exec still to come, see text_parse:
 * print_kprobe_event() in kernel/trace/trace_kprobe.c, and trace_probe.c.
 * Returns 0: noted; 1: it is none of these; -1: one that is cut.
 */
int text_args_probe(struct text *, const struct text_line *);

/* The arguments that were noted for the exec of this task; their text is valid
 * until the next call.  None: state ARGS_NONE. */
void text_args_take(struct text *, int tid, struct args *);

/* The arguments noted for this task belong to no exec. */
void text_args_forget(struct text *, int tid);

/* The same for all tasks. */
void text_args_forget_all(struct text *);

/*
 * A hint of how a task will end, see text_parse.  Sources:
 * include/trace/events/signal.h, print_syscall_enter() in
 * kernel/trace/trace_syscalls.c, print_kprobe_event().  Returns 1 with type,
 * tid and status of the event; 0: it is none; -1: one that does not parse.
 */
int text_status(struct text *, const struct text_line *, struct event *);

#endif
