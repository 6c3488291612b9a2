/*
 * text_line: what the parts of text share: a line with its header taken off,
 * and those who understand one kind of it.  For text*.c only.
 */
#ifndef TEXT_LINE_H
#define TEXT_LINE_H

#include <stdint.h>

#include "event.h"
#include "scan.h"
#include "text.h"

struct text_line {
	int pid, cpu; /* pid: the task (a tid) */
	uint64_t ts;
	/* "name: rest"; without a name (function tracers, system calls) all
	 * of it is the rest */
	struct span name, rest;
};

/*
 * A probe event of ours that tells of an exec still to come, see text_parse:
 * print_kprobe_event() in kernel/trace/trace_kprobe.c, and trace_probe.c.
 * Returns 0: noted; 1: it is none of these; -1: one that is cut.
 */
int text_args_probe(struct text *, const struct text_line *);

/* The arguments that were noted for the exec of this task; their text is
 * lent until the next call.  None: state ARGS_NONE. */
void text_args_take(struct text *, int tid, struct args *);

/* What was noted of this task belongs to no exec. */
void text_args_forget(struct text *, int tid);

/* The same for all tasks. */
void text_args_forget_all(struct text *);

/*
 * A sign of how a task will end, see text_parse.  Sources:
 * include/trace/events/signal.h, print_syscall_enter() in
 * kernel/trace/trace_syscalls.c, print_kprobe_event().  Returns 1 with type,
 * tid, sign and code of the event; 0: it is none; -1: one that does not parse.
 */
int text_status(const struct text_line *, struct event *);

#endif
