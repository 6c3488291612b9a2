/*
 * trace_text: trace output, parsed: a saved `trace` or `trace_pipe`, or the
 * output of `trace-cmd report` or `perf script`.  Bytes in, struct out.
 *
 * The text may have been pasted, see text_context, and it cannot be trusted:
 * the kernel prints comms, paths and arguments raw.  A newline in one of them
 * breaks the line, and its pieces may imitate whole events; the parser cannot
 * see that.  Everything short of it is refused: the full context is required,
 * PIDs are taken from the right and must agree with the context's, what is not
 * understood is counted.
 *
 * Sources: trace_print_context() and trace_print_lat_context() in
 * kernel/trace/trace_output.c, print_trace_line() in kernel/trace/trace.c
 * (LOST), the TP_printk lines of include/trace/events/{sched,task,signal}.h,
 * kernel/trace/trace_probe.c, trace_syscalls.c and trace_functions_graph.c;
 * trace-cmd: tracecmd/trace-read.c; perf: tools/perf/builtin-script.c. Versions
 * 2.6.32 to 6.19, trace-cmd 3.1.6.
 */
#ifndef TRACE_TEXT_H
#define TRACE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"

#define TEXT_PATH   4096  /* PATH_MAX: longest path, with its NUL */
#define TEXT_BYTES  16384 /* arguments of one exec; more are cut */
#define TEXT_EXECS  16	  /* execs between their arguments and their event */
#define TEXT_FORKS  64	  /* forks between task_newtask and fork event */
#define TEXT_CALLS  16	  /* execves between their entry and their return */
#define TEXT_PROBED 2048  /* arguments that a probe of one of these shows */
#define TEXT_JOINED 1024  /* a line that was broken */
#define TEXT_CHUNKS 6	  /* probe events args0, args4, args8 ... args64 */

/* The arguments one probe event gave, the certain ones. */
struct text_chunk {
	size_t offset, len;
	int count;
};

/* What probe events showed of an exec whose own event is still to come. */
struct text_exec {
	int tid; /* 0: free */
	int argc;
	unsigned seen; /* bit per chunk; the bit after them: event "exec" */
	size_t len;
	struct text_chunk chunk[TEXT_CHUNKS];
	char bytes[TEXT_BYTES];
};

/* An execve that was entered, see trace_text_call.c. */
struct text_call {
	int tid; /* 0: free */
	uint64_t ts, line;
	bool probed; /* no event shows the return */
	bool has_path;
	char path[TEXT_PATH];
	int count; /* arguments in bytes */
	size_t len;
	char bytes[TEXT_PROBED];
};

/* About 400 KB: static or allocated, not on the stack. */
struct text {
	uint64_t lines;	   /* given to text_parse */
	uint64_t events;   /* returned by it */
	uint64_t tasks;	   /* of these, forks, execs and exits */
	uint64_t unparsed; /* neither an event nor known to be none */
	uint64_t first;	   /* the first of these lines */
	const char *why;   /* it was not understood */
	uint64_t unsorted; /* the first line that is older than the one before,
			      0: none */
	bool untimed;	   /* its clock does not count seconds */
	bool again;    /* the line holds one more event: pass it once more */
	int tid, tgid; /* the task of the last line and its process; 0 not
			  known */

	/* private */
	uint64_t ts;	    /* of the last context */
	bool other;	    /* the last line is of another event */
	bool group_dead;    /* this kernel prints it */
	bool signal_result; /* the same */
	bool exec_events;   /* sched_process_exec was seen */
	unsigned fork_next;
	struct {
		int parent, child;
	} forks[TEXT_FORKS];
	struct text_chunk *last; /* from the line before, or NULL */
	/* A line that may go on in the next ones, and these. */
	size_t joined_len;
	int joined_lines, joined_bad; /* bad: not understood so far */
	uint64_t joined_first;	      /* the number of the line */
	char joined[TEXT_JOINED];
	struct text_call calls[TEXT_CALLS];
	struct text_exec execs[TEXT_EXECS];
	char path[TEXT_PATH];
	char args[TEXT_BYTES];
};

/* Start a new text. */
void text_init(struct text *);

/*
 * Parse the next line: len bytes of any value, without the newline.  Returns
 * 1 with an event in *e; 0 when the line holds none for us (blank, comment,
 * another event, half of a pair); -1 when it is not understood (and is counted
 * unless the next lines complete it).  *e is
 * defined only after 1; its path and args.text are valid until the next call.
 *
 * What the events hold, beyond event.h:
 * - ts is in ns from the text's microseconds (or ns) in whatever clock was
 *   traced with; of a clock that does not count seconds it is the number
 *   itself, and untimed is set.  A LOST line has no time of its own: it gets
 *   that of the line before, or 0.
 * - Without sched_process_exec, an EVENT_EXEC comes from the return of
 * execve(2) with the path of its entry, if that was printed, or from a probe at
 * the entry (execsnoop of perf-tools) once the task shows the new name; then
 * with the arguments up to the first that is not certain, and argc -1.  An
 *   EVENT_EXECFAIL comes from the return.
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
 * - An EVENT_STATUS comes from probe events of any name at do_exit (HINT_CODE)
 *   and do_group_exit (HINT_GROUP), printed `(symbol+0x0/0xab0) code=768` in
 *   decimal or as 0x300; from the system calls exit and exit_group; and from
 *   signal_generate and signal_deliver.  Its code is a wait status, for
 *   HINT_GROUP CODE_UNKNOWN if it is not printed; for signals the signal.  A
 *   signal that the kernel reports as not sent is no event.
 *
 * Not understood: the option fields, signals in trace-cmd report -R, and probe
 * events in its output, which has addresses for symbols.
 */
int text_parse(struct text *, const char *line, size_t len, struct event *e);

/* Count a line that was not understood, which was not given to text_parse. */
static inline void
text_unparsed(struct text *t, uint64_t line, const char *why)
{
	if (t->unparsed++ && line > t->first)
		return;
	t->first = line;
	t->why = why;
}

/* The text is over: count what is still open. */
void text_end(struct text *);

/*
 * Do the first len bytes of a file (some whole lines, the last may be cut)
 * look like trace output?
 */
bool text_detect(const char *bytes, size_t len);

#endif
