/*
 * What stands before an event in a line of trace output: the task, the CPU, the
 * time.  The line may have been indented, quoted, or printed by a logger: the
 * context is searched for, not expected in a column.
 */
#include <stdio.h>
#include <string.h>

#include "events/trace_text_line.h"

#define PREFIX_MAX 256 /* of what a mail, a log or trace-cmd put before it */
#define COMM_MAX   15
#define FLAGS_MIN  4 /* irqs-off, need-resched, ... */
#define FLAGS_MAX  8 /* with PREEMPT_RT */
#define NAME_SET                               \
	"0123456789abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ_"

/* Seconds with 6 or (trace-cmd report -t) 9 decimals. */
static bool
parse_seconds(struct span *s, uint64_t *ts)
{
	struct span t = *s;
	uint64_t sec, frac;
	const char *dot;

	if (!scan_number(&t, 10, UINT64_MAX / 1000000000 - 1, &sec))
		return false;
	dot = t.p;
	if (!scan(&t, ".%u", &frac) || (t.p - dot != 7 && t.p - dot != 10))
		return false;
	*ts = sec * 1000000000 + (t.p - dot == 7 ? frac * 1000 : frac);
	*s = t;
	return true;
}

/* "8500us!" or, verbose, "[00000001] 8.500ms (+0.001ms)": since the trace
 * began; lat_print_timestamp(), kernel/trace/trace_output.c. */
static bool
parse_latency(struct span *s, uint64_t *ts)
{
	struct span t = *s;
	uint64_t n, ms, us, more;

	if (scan(&t, "%uus", &n)) {
		if (t.p < t.end && strchr(" !+#*@$", *t.p))
			t.p++;
		*ts = n * 1000;
	} else if (scan(&t, "[%x] %u.%ums (+%u.%ums)", &n, &ms, &us, &more,
		       &more))
		*ts = (ms * 1000 + us) * 1000;
	else
		return false;
	*s = t;
	return n < UINT64_MAX / 1000;
}

/* A time and its colon.  A clock that does not count seconds (counter, x86-tsc)
 * is a plain number. */
static bool
parse_time(struct span *s, struct text_line *h)
{
	struct span t = *s;

	h->untimed = false;
	if (!parse_seconds(&t, &h->ts) && !parse_latency(&t, &h->ts)) {
		if (!scan(&t, "%u", &h->ts))
			return false;
		h->untimed = true;
	}
	if (!scan(&t, ":"))
		return false;
	*s = t;
	return true;
}

/* The flags of interrupts and preemption.  The third, or with PREEMPT_RT the
 * fourth, is a letter of these in an interrupt, a softirq or an NMI
 * (trace_print_lat_fmt(), kernel/trace/trace_output.c). */
static bool
scan_flags(struct span *s, struct text_line *h)
{
	const char *flags = s->p;
	size_t n = scan_set(s, "." NAME_SET);

	if (n < FLAGS_MIN || n > FLAGS_MAX)
		return false;
	h->interrupt = strchr("hHsZz", flags[2]) || strchr("hHsZz", flags[3]);
	return true;
}

/* The name before a context, which is printed in 16 columns; it may have blanks
 * in it, but begins with none.  "<...>" is one that the kernel has forgotten.
 */
static struct span
find_comm(struct span line, const char *context)
{
	struct span s = line;

	if (context - line.p != COMM_MAX + 1)
		text_skip_prefix(&s);
	if (s.p > context)
		s.p = context;
	s.end = context;
	if (*context == ' ') /* perf script: more blanks follow */
		span_trim(&s);
	if (s.end - s.p > COMM_MAX + 1)
		s.p = s.end - COMM_MAX - 1;
	scan(&s, " ");
	if (span_len(&s) > COMM_MAX || span_is(&s, "<...>"))
		s.p = s.end;
	return s;
}

/* What follows the time: "[(+899)] [count] [system:]name: rest".  Without a
 * name (function tracers, system calls) all of it is the rest. */
static void
parse_name(struct span s, struct text_line *h)
{
	struct span t;
	uint64_t n;

	scan(&s, " ");
	t = s; /* trace-cmd report --ts-diff */
	if (scan(&t, "(") && (scan(&t, "+") || scan(&t, "-")) &&
	    scan(&t, "%u)", &n)) {
		s = t;
		scan(&s, " ");
	}
	t = s; /* perf script: the period */
	if (scan(&t, "%u ", &n))
		s = t;
	h->rest = h->name = s;
	scan_set(&s, NAME_SET);
	t = s; /* perf script: the system */
	if (scan(&t, ":") && scan_set(&t, NAME_SET) && scan(&t, ":")) {
		h->name.p = s.p + 1;
		s.p = t.p - 1;
	}
	h->name.end = s.p;
	if (scan(&s, ":$") || scan(&s, ": "))
		h->rest = s;
	else
		h->name.end = h->name.p;
}

/* " ( 712)": the process of the task, or dashes; option record-tgid. */
static bool
parse_tgid(struct span *s, int *tgid)
{
	struct span t = *s;

	*tgid = 0;
	if (!scan(&t, " ("))
		return true;
	scan(&t, " ");
	if (!scan(&t, "%d)", tgid) && !(scan_set(&t, "-") && scan(&t, ")")))
		return false;
	*s = t;
	return true;
}

/* "-pid [(tgid)] [cpu] [flags] time:", or with the option latency-format (and
 * trace-cmd report -l) "-pid cpuflags time:": trace_print_context() and
 * trace_print_lat_context(), kernel/trace/trace_output.c. */
static bool
context_kernel(struct span s, struct text_line *h)
{
	struct span t;

	if (!scan(&s, "-%d", &h->pid) || !parse_tgid(&s, &h->tgid))
		return false;
	if (scan(&s, " [%d] ", &h->cpu)) {
		t = s;
		if (!parse_time(&t, h) &&
		    (t = s,
			!scan_flags(&t, h) || !scan(&t, " ") ||
			    !parse_time(&t, h)))
			return false;
	} else {
		t = s;
		if (!scan(&t, " %d", &h->cpu) || !scan_flags(&t, h) ||
		    !scan(&t, " ") || !parse_time(&t, h))
			return false;
	}
	parse_name(t, h);
	return true;
}

/* latency-format with verbose: "comm pid cpu policy flags count [time] time:"
 * where column is that of the pid. */
static bool
context_verbose(struct span s, struct text_line *h)
{
	uint64_t n;

	if (!scan(&s, " %d %d %u %x %x ", &h->pid, &h->cpu, &n, &n, &n) ||
	    !parse_time(&s, h) || h->untimed)
		return false;
	h->tgid = 0;
	parse_name(s, h);
	return true;
}

/* perf script: " pid [cpu] time:" or " tgid/tid [cpu] time:", tools/perf. */
static bool
context_perf(struct span s, struct text_line *h)
{
	h->tgid = 0;
	if (!scan(&s, " %d", &h->pid))
		return false;
	if (scan(&s, "/")) {
		h->tgid = h->pid;
		if (!scan(&s, "%d", &h->pid))
			return false;
	}
	if (!scan(&s, " [%d] ", &h->cpu) || !parse_seconds(&s, &h->ts) ||
	    !scan(&s, ":"))
		return false;
	h->untimed = false;
	parse_name(s, h);
	return true;
}

/*
 * The function_graph tracer: "[time |] [cpu)] [comm-pid |] ... |  / * name:
 * rest * /", print_graph_comment() in kernel/trace/trace_functions_graph.c. The
 * task may be named in the event only, and the time not at all.
 */
static bool
context_graph(struct span s, struct text_line *h)
{
	struct span before = s, t;

	if (!span_split(&s, "*/", &t) || span_len(&t) != 0 ||
	    !(t.p = span_find(&s, "/* ")))
		return false;
	before.end = t.p;
	s.p = t.p + strlen("/* ");
	span_trim(&s);
	*h = (struct text_line){ .untimed = true };
	scan(&before, " ");
	if (parse_seconds(&before, &h->ts)) {
		h->untimed = false;
		if (!scan(&before, " |"))
			return false;
		scan(&before, " ");
	}
	if (!scan(&before, "%d)", &h->cpu))
		return false;
	for (t = before; !h->pid && (t.p = span_find(&t, "-")); t.p++) {
		struct span number = t;

		if (!scan(&number, "-%d ", &h->pid))
			h->pid = 0;
	}
	parse_name(s, h);
	return span_len(&h->name) > 0;
}

static bool
parse_context(struct span s, struct text_line *h)
{
	if (s.end - s.p < 2 || s.p[1] < '0' || s.p[1] > '9')
		return false;
	*h = (struct text_line){ 0 };
	if (*s.p == '-')
		return context_kernel(s, h);
	return (*s.p == ' ' || *s.p == '\t') &&
	    (context_perf(s, h) || context_verbose(s, h));
}

/* The last of the contexts that begin at most a comm's length after the first
 * one: what a comm imitates comes before the real one, and what an argument
 * does comes later. */
bool
text_context(struct span line, struct text_line *h)
{
	struct span s = line;
	const char *last = s.p + PREFIX_MAX;
	struct text_line found;
	bool any = false;

	for (; s.p < s.end && s.p <= last; s.p++) {
		if (!parse_context(s, &found))
			continue;
		found.comm = find_comm(line, s.p);
		*h = found;
		if (!any && s.p + COMM_MAX < last)
			last = s.p + COMM_MAX;
		any = true;
	}
	return any || context_graph(line, h);
}

/* "12:" or "12-" of grep -n, and before it a file's name with a dot, of grep
 * -H.
 */
static bool
skip_grep(struct span *s)
{
	struct span t = *s;
	int n;

	if (scan(&t, "%d:", &n) || (t = *s, scan(&t, "%d-", &n))) {
		*s = t;
		return true;
	}
	t = *s;
	if (!scan_set(&t, "./-" NAME_SET) || !scan(&t, ":") ||
	    !memchr(s->p, '.', (size_t)(t.p - s->p)))
		return false;
	*s = t;
	return true;
}

/* "[   12.345678] " of the kernel's log, "Nov 30 03:04:05 host kernel: ". */
static bool
skip_log(struct span *s)
{
	struct span t = *s;
	uint64_t n;

	if (scan(&t, "[")) {
		scan(&t, " ");
		if (!scan(&t, "%u.%u]", &n, &n))
			return false;
	} else if (scan_set(&t, NAME_SET) != 3 ||
	    !scan(&t, " %u %u:%u:%u ", &n, &n, &n, &n) ||
	    !scan_set(&t, ".-" NAME_SET) || !scan(&t, " ") ||
	    !scan_set(&t, ".-[]" NAME_SET) || !scan(&t, ":"))
		return false;
	*s = t;
	return true;
}

void
text_skip_prefix(struct span *s)
{
	struct span t = *s;

	for (int i = 0; i < 4; i++) {
		scan(&t, " ");
		if (!scan(&t, ">") && !scan(&t, "|") && !skip_log(&t) &&
		    !skip_grep(&t))
			break;
		*s = t;
	}
}
