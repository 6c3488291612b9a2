/* Hints of how a task will end: probe events, system calls, signals. */
#include <limits.h>

#include "events/trace_text_line.h"

/* How far after its symbol the first instruction of a function may be that can
 * be probed: endbr, or a global entry point and mcount (ppc64le,
 * kprobe_lookup_name()).  The arguments are still in their registers there. */
#define ENTRY_MAX 0x10
#define CODE_MAX  0xff00 /* of exit */

static bool
is_wait_status(uint64_t n)
{
	if ((n & 0xff) == 0)
		return n <= CODE_MAX;
	return n <= 0xff && (n & 0x7f) >= 1 && (n & 0x7f) <= CODE_SIGNALS;
}

/*
 * " code=768" or " code=0x300", and perhaps more arguments.  Unsigned types
 * were printed in hex up to Linux 4.8, without 0x up to 3.x: what is no wait
 * status as a decimal number is refused.  Returns 0 for a kernel thread, which
 * may end with an error number instead (up to Linux 5.16).
 */
static int
parse_code(struct span s, int *code)
{
	uint64_t n;

	if (!scan(&s, " code=") || scan(&s, "-"))
		return 0;
	if (!scan_number(&s, scan(&s, "0x") ? 16 : 10, UINT32_MAX, &n) ||
	    (!scan(&s, "$") && !scan(&s, " ")) || !is_wait_status(n))
		return -1;
	*code = (int)n;
	return 1;
}

/* A trace_marker, whose text any program may have written; "0" up to Linux 3.2.
 */
static bool
is_marker(const struct span *name)
{
	return span_len(name) == 0 || (*name->p >= '0' && *name->p <= '9') ||
	    span_is(name, "tracing_mark_write");
}

/* A probe event at the entry of do_exit or do_group_exit, kernel/exit.c: "exit:
 * (do_exit+0x0/0xab0) code=768".  A return probe has "<-" in the brackets. */
static int
parse_entry(const struct text_line *l, struct event *e)
{
	struct span s = l->rest;
	uint64_t offset, size;
	int r;

	if (is_marker(&l->name))
		return 0;
	e->status.hint = HINT_CODE;
	if (scan(&s, "(do_group_exit+0x"))
		e->status.hint = HINT_GROUP;
	else if (!scan(&s, "(do_exit+0x"))
		return 0;
	if (!scan(&s, "%x/0x%x", &offset, &size))
		return -1;
	if (offset > ENTRY_MAX || scan(&s, " <- "))
		return 0;
	if (!scan(&s, ")"))
		return -1;
	r = parse_code(s, &e->status.code);
	return e->status.hint == HINT_GROUP ? 1 : r;
}

/*
 * "sys_exit_group(error_code: ff)": hex, since Linux 6.18 with 0x where that
 * makes a difference; with the option verbose "int error_code".  trace-cmd:
 * "sys_enter_exit_group: error_code: 0x000000ff".
 */
static int
parse_call(const struct text_line *l, struct event *e)
{
	struct span s = l->rest;
	bool kernel = span_len(&l->name) == 0;
	uint64_t code;

	if (kernel ? scan(&s, "sys_exit_group(") :
		     span_is(&l->name, "sys_enter_exit_group"))
		e->status.hint = HINT_EXIT_GROUP;
	else if (kernel ? scan(&s, "sys_exit(") :
			  span_is(&l->name, "sys_enter_exit"))
		e->status.hint = HINT_EXIT;
	else
		return 0;
	scan(&s, "int ");
	if (!scan(&s, "error_code: "))
		return -1;
	scan(&s, "0x");
	if (!scan_number(&s, 16, UINT64_MAX, &code) ||
	    !scan(&s, kernel ? ")$" : "$"))
		return -1;
	e->status.code = (int)(code & 0xff) << 8;
	return 1;
}

/* An int that may be negative. */
static bool
scan_int(struct span *s, int *n)
{
	bool minus = scan(s, "-");
	uint64_t value;

	if (!scan_number(s, 10, (uint64_t)INT_MAX + minus, &value))
		return false;
	*n = minus ? (int)-(int64_t)value : (int)value;
	return true;
}

/* What the events of signals begin with. */
static bool
scan_signal(struct span *s, struct event_status *e)
{
	return scan(s, "sig=%d errno=", &e->code) && scan_signed(s) &&
	    scan(s, " code=") && scan_int(s, &e->si_code) && scan(s, " ");
}

/* "sig=%d errno=%d code=%d sa_handler=%lx sa_flags=%lx" */
static int
parse_deliver(const struct text_line *l, struct event *e)
{
	struct span s = l->rest;
	uint64_t handler, flags;

	if (!scan_signal(&s, &e->status) || !scan(&s, "sa_handler=") ||
	    !scan_number(&s, 16, UINT64_MAX, &handler) ||
	    !scan(&s, " sa_flags=") ||
	    !scan_number(&s, 16, UINT64_MAX, &flags) || !scan(&s, "$"))
		return -1;
	e->status.hint = handler ? HINT_HANDLED : HINT_DELIVERED;
	return 1;
}

static void
put_sender(const struct text_line *l, struct event *e)
{
	e->status.sender = l->pid;
	e->status.process = l->tgid;
	span_copy(&l->comm, e->comm, sizeof e->comm);
}

/* "sig=%d errno=%d code=%d comm=%s pid=%d", and since Linux 3.4 " grp=%d
 * res=%d": res 0 is TRACE_SIGNAL_DELIVERED, 4 TRACE_SIGNAL_LOSE_INFO, which is
 * sent too; the others change nothing.  The task of the line is the sender. */
static int
parse_generate(struct text *t, const struct text_line *l, struct event *e)
{
	struct span s = l->rest, tail;
	int group = -1, result = 0;

	if (!scan_signal(&s, &e->status) || !scan(&s, "comm=") ||
	    !span_split(&s, " pid=", &tail) || span_len(&s) >= COMM_LEN ||
	    !scan(&tail, "%d", &e->tid) || e->tid == 0)
		return -1;
	if (scan(&tail, " grp=%d res=%d$", &group, &result))
		t->signal_result = e->status.queued = true;
	else if (t->signal_result || !scan(&tail, "$"))
		return -1;
	e->status.hint = HINT_SENT;
	e->status.group = e->status.queued ? group != 0 : -1;
	e->status.interrupt = l->interrupt;
	put_sender(l, e);
	return result == 0 || result == 4;
}

/* "pid=%d", since Linux 6.8 followed by " comm=%s total-vm=..." and more. */
static int
parse_victim(const struct text_line *l, struct event *e)
{
	struct span s = l->rest;

	if (!scan(&s, "pid=%d", &e->tid) || e->tid == 0 ||
	    (!scan(&s, "$") && !scan(&s, " comm=")))
		return -1;
	e->status.hint = HINT_OOM;
	put_sender(l, e);
	return 1;
}

int
text_status(struct text *t, const struct text_line *l, struct event *e)
{
	int r;

	e->type = EVENT_STATUS;
	e->tid = l->pid;
	e->status.code = CODE_UNKNOWN;
	if (span_is(&l->name, "signal_deliver"))
		return parse_deliver(l, e);
	if (span_is(&l->name, "signal_generate"))
		return parse_generate(t, l, e);
	if (span_is(&l->name, "mark_victim"))
		return parse_victim(l, e);
	r = parse_call(l, e);
	return r != 0 ? r : parse_entry(l, e);
}
