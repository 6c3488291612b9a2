/*
 * text: kernel trace text, parsed: a saved `trace` or `trace_pipe`, or what
 * `trace-cmd report` prints.  Bytes in, struct out.
 *
 * The text cannot be trusted: the kernel prints comms, paths and arguments
 * raw.  A newline in one of them breaks the line, and its pieces may imitate
 * whole events; that cannot be told from the text.  Everything short of it is
 * refused: the full header is required, pids are taken from the right and
 * must agree with the header's, what does not parse is counted.
 *
 * Sources: trace_print_context() in kernel/trace/trace_output.c,
 * print_trace_line() in kernel/trace/trace.c (LOST), the TP_printk lines of
 * include/trace/events/{sched,task,signal}.h, kernel/trace/trace_probe.c and
 * trace_syscalls.c; trace-cmd: tracecmd/trace-read.c.  Versions 2.6.32 to 6.19,
 * trace-cmd 3.1.6.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"

#define TEXT_PATH   4096  /* PATH_MAX: longest path, with its NUL */
#define TEXT_BYTES  16384 /* arguments of one exec; more are cut */
#define TEXT_EXECS  16	  /* execs between their arguments and their event */
#define TEXT_FORKS  64	  /* forks between task_newtask and fork event */
#define TEXT_CHUNKS 6	  /* probe events args0, args4, args8 ... args64 */

/* The arguments one probe event gave, the certain ones. */
struct text_chunk {
	size_t offset, len;
	int count;
};

/* What probe events told about an exec whose own event is still to come. */
struct text_exec {
	int tid; /* 0: free */
	int argc;
	unsigned seen; /* bit per chunk; the bit after them: event "exec" */
	size_t len;
	struct text_chunk chunk[TEXT_CHUNKS];
	char bytes[TEXT_BYTES];
};

/* About 300 KB: static or allocated, not on the stack. */
struct text {
	uint64_t lines;	   /* given to text_parse */
	uint64_t events;   /* returned by it */
	uint64_t unparsed; /* neither an event nor known to be none */

	/* private */
	uint64_t ts;   /* of the last header */
	size_t column; /* where the header begins */
	bool headers;  /* a header was seen */
	bool prefixed; /* trace-cmd: column is to be found */
	unsigned fork_next;
	struct {
		int parent, child;
	} forks[TEXT_FORKS];
	struct text_chunk *last; /* what the line before gave, or NULL */
	struct text_exec execs[TEXT_EXECS];
	char path[TEXT_PATH];
	char args[TEXT_BYTES];
};

/* Start a new text. */
void text_init(struct text *);

/*
 * Parse the next line: len bytes of any value, without the newline.  Returns
 * 1 with an event in *e; 0 when the line holds none for us (blank, comment,
 * another event, half of a pair); -1 when it does not parse (counted).  *e is
 * defined only after 1; its path and args.text are lent until the next call.
 *
 * What the events hold, beyond event.h:
 * - ts is in ns from the text's microseconds (or ns) in whatever clock was
 *   traced with; clocks that do not count seconds do not parse.  A LOST line
 *   has no time of its own: it gets that of the line before, or 0.
 * - task_newtask and sched_process_fork of one child give one EVENT_FORK, at
 *   the first of them; without task_newtask flags is FLAG_UNKNOWN.
 * - An exec has no comm.  Its arguments come from probe events named exec and
 *   args0, args4, args8 ... (the number is that of the first argument; each
 *   holds as many as come before it, the first holds 4) at a kernel symbol,
 *   printed `(symbol...) argc=N a0="..." a1="..."`, directly before it among
 *   the lines of the same task.  Strings are not escaped there, so only those
 *   with a certain end are used, and never one beyond argc.  A line that ends
 *   before its last argument does not parse: the kernel cuts what exceeds a
 *   page, and may put the next event on the same line (seen on 6.1).
 * - An EVENT_STATUS comes from probe events of any name at do_exit (SIGN_CODE)
 *   and do_group_exit (SIGN_GROUP), printed `(symbol+0x0/0xab0) code=768` in
 *   decimal or as 0x300; from the system calls exit and exit_group; and from
 *   signal_generate and signal_deliver.  Its code is a wait status, for
 *   SIGN_GROUP CODE_UNKNOWN if it is not told; for signals the signal.  A
 *   signal that the kernel did not send, as it says, is no event.
 *
 * Not understood: the latency format, the option fields, trace-cmd's -l,
 * signals in its report -R, and probe events in its output, which has addresses
 * for symbols.
 */
int text_parse(struct text *, const char *line, size_t len, struct event *e);

/*
 * Do the first len bytes of a file (some whole lines, the last may be cut)
 * look like kernel trace text?
 */
bool text_detect(const char *bytes, size_t len);

#endif
