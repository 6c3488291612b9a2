#include "text.h"

#include <string.h>

#include "fmt.h"
#include "scan.h"
#include "text_line.h"

#define COMM_COLUMNS 16	 /* "%16s-": the comm, right-aligned */
#define FLAGS_MAX    8	 /* irqs-off, need-resched, ...: 4, 5; -rt has 7 */
#define PREFIX_MAX   256 /* "buffer: " of trace-cmd */
#define NAME_SET                               \
	"0123456789abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ_"

/* Seconds with 6 or (trace-cmd report -t) 9 decimals. */
static bool
parse_ts(struct span *s, uint64_t *ts)
{
	struct span t = *s;
	uint64_t sec, frac;
	const char *dot;

	if (!scan_number(&t, 10, UINT64_MAX / 1000000000 - 1, &sec))
		return false;
	dot = t.p;
	if (!scan(&t, ".%u:", &frac) || (t.p - dot != 8 && t.p - dot != 11))
		return false;
	*ts = sec * 1000000000 + (t.p - dot == 8 ? frac * 1000 : frac);
	*s = t;
	return true;
}

/* What is behind the comm: "-pid [(tgid)] [cpu] [flags] ts: [event:] rest" */
static bool
parse_context(struct span s, struct text_line *h)
{
	if (!scan(&s, "-%d ", &h->pid))
		return false;
	if (scan(&s, "(") && (!scan_set(&s, " -0123456789") || !scan(&s, ") ")))
		return false;
	if (!scan(&s, "[%d] ", &h->cpu))
		return false;
	if (!parse_ts(&s, &h->ts) &&
	    (scan_set(&s, "." NAME_SET) > FLAGS_MAX || !scan(&s, " ") ||
		!parse_ts(&s, &h->ts)))
		return false;
	scan(&s, " ");
	h->name = s;
	scan_set(&s, NAME_SET);
	h->name.end = s.p;
	if (!scan(&s, ": "))
		s.p = h->name.end = h->name.p; /* as function tracers print */
	h->rest = s;
	return true;
}

static bool
parse_header(const char *line, size_t len, size_t column, struct text_line *h)
{
	size_t context = column + COMM_COLUMNS;

	/* a comm has 15 bytes at most */
	return len > context && line[column] == ' ' &&
	    parse_context((struct span){ line + context, line + len }, h);
}

/*
 * The header of a line.  Where it begins is always the same: only trace-cmd
 * may have put "buffer: " before it, which the first header shows.
 */
static bool
find_header(struct text *t, const char *line, size_t len, struct text_line *h)
{
	size_t last = t->prefixed && !t->headers ? PREFIX_MAX : t->column;
	size_t column = t->column;

	while (column <= last && !parse_header(line, len, column, h))
		column++;
	if (column > last)
		return false;
	t->column = column;
	t->headers = true;
	t->ts = h->ts;
	return true;
}

/* The child the last task_newtask of this parent told of, 0 for none. */
static int *
fork_child(struct text *t, int parent)
{
	unsigned i = 0;

	while (i < TEXT_FORKS && t->forks[i].parent != parent)
		i++;
	if (i == TEXT_FORKS) {
		i = t->fork_next++ % TEXT_FORKS;
		t->forks[i].parent = parent;
		t->forks[i].child = 0;
	}
	return &t->forks[i].child;
}

static int
parse_newtask(struct text *t, const struct text_line *h, struct event *e)
{
	struct span s = h->rest, flags;

	if (!scan(&s, "pid=%d comm=", &e->tid) || e->tid == 0 ||
	    !span_split(&s, " clone_flags=", &flags) ||
	    !scan(&flags, "%x oom_score_adj=", &e->flags) ||
	    !scan_signed(&flags) || !scan(&flags, "$") ||
	    !span_copy(&s, e->comm, sizeof e->comm))
		return -1;
	e->type = EVENT_FORK;
	e->ppid = h->pid;
	*fork_child(t, h->pid) = e->tid;
	return 1;
}

static int
parse_fork(struct text *t, const struct text_line *h, struct event *e)
{
	struct span s = h->rest, child, comm;
	bool old = scan(&s, "parent "); /* 2.6.32 */
	char key[64];
	int *known;

	/* 3.2+; trace-cmd report -R has parent_comm=, parent_pid= */
	fmt_print(key, sizeof key,
	    old ? ":%d  child " : "pid=%d child_comm=", h->pid);
	if (!span_split(&s, old ? ":" : " child_pid=", &child) ||
	    !scan(&child, "%d$", &e->tid) || e->tid == 0 ||
	    !span_split(&s, key, &comm) ||
	    !span_copy(&comm, e->comm, sizeof e->comm))
		return -1;
	e->type = EVENT_FORK;
	e->ppid = h->pid;
	e->flags = FLAG_UNKNOWN;
	known = fork_child(t, h->pid);
	if (*known != e->tid)
		return 1;
	*known = 0;
	return 0;
}

static int
parse_exit(struct text *t, const struct text_line *h, struct event *e)
{
	struct span s = h->rest, tail;
	bool old = scan(&s, "task "); /* 2.6.32 */
	char key[64];

	(void)t;
	fmt_print(key, sizeof key, old ? ":%d [" : " pid=%d prio=", h->pid);
	if ((!old && !scan(&s, "comm=")) || !span_split(&s, key, &tail) ||
	    !scan_signed(&tail) || !span_copy(&s, e->comm, sizeof e->comm))
		return -1;
	/* 1, 0: trace-cmd report -R */
	if (scan(&tail, " group_dead=true$") || scan(&tail, " group_dead=1$"))
		e->group_dead = 1;
	else if (scan(&tail, old ? "]$" : "$"))
		e->group_dead = -1;
	else if (!scan(&tail, " group_dead=false$") &&
	    !scan(&tail, " group_dead=0$"))
		return -1;
	e->type = EVENT_EXIT;
	e->tid = h->pid;
	return 1;
}

static int
parse_exec(struct text *t, const struct text_line *h, struct event *e)
{
	struct span s = h->rest, old;
	char key[64];

	fmt_print(key, sizeof key, " pid=%d old_pid=", h->pid);
	if (!scan(&s, "filename=") || !span_split(&s, key, &old) ||
	    !scan(&old, "%d$", &e->old_tid) ||
	    !span_copy(&s, t->path, sizeof t->path))
		return -1;
	e->type = EVENT_EXEC;
	e->tid = e->pid = h->pid;
	e->path = t->path;
	text_args_take(t, h->pid, &e->args);
	return 1;
}

static int
parse_event(struct text *t, const struct text_line *h, struct event *e)
{
	static const struct {
		const char *name;
		int (*parse)(
		    struct text *, const struct text_line *, struct event *);
	} events[] = {
		{ "task_newtask", parse_newtask },
		{ "sched_process_fork", parse_fork },
		{ "sched_process_exec", parse_exec },
		{ "sched_process_exit", parse_exit },
	};
	size_t n = sizeof events / sizeof *events, i = 0;
	int r = text_args_probe(t, h);

	if (r <= 0)
		return r;
	while (i < n && !span_is(&h->name, events[i].name))
		i++;
	r = i < n ? events[i].parse(t, h, e) : text_status(h, e);
	text_args_forget(t, h->pid);
	return r;
}

/* Kernel: LOST; trace-cmd: DROPPED.  Leaves *lost alone if not known. */
static bool
parse_lost(struct span s, int *cpu, uint64_t *lost)
{
	if (!scan(&s, "CPU:%d [", cpu))
		return false;
	return scan(&s, "LOST EVENTS]$") || scan(&s, "EVENTS DROPPED]$") ||
	    scan(&s, "LOST %u EVENTS]$", lost) ||
	    scan(&s, "%u EVENTS DROPPED]$", lost);
}

/* A line without a header. */
static int
parse_other(struct text *t, struct span s, struct event *e)
{
	int n;

	if (parse_lost(s, &e->cpu, &e->lost)) {
		text_args_forget_all(t);
		e->type = EVENT_LOST;
		e->ts = t->ts;
		return 1;
	}
	if (scan(&s, "cpus=%d$", &n)) { /* the start of trace-cmd report */
		t->prefixed = !t->headers;
		return 0;
	}
	if (scan(&s, "#") || scan(&s, "version = %d$", &n) ||
	    scan(&s, "CPU %d is empty$", &n) || scan(&s, " => "))
		return 0;
	scan_set(&s, " ");
	return s.p == s.end ? 0 : -1;
}

void
text_init(struct text *t)
{
	memset(t, 0, offsetof(struct text, execs));
	text_args_forget_all(t);
}

int
text_parse(struct text *t, const char *line, size_t len, struct event *e)
{
	struct span s = { line, line + len };
	struct text_chunk *last = t->last;
	struct text_line h;
	int r = -1;

	t->lines++;
	t->last = NULL;
	*e = (struct event){
		.code = CODE_UNKNOWN, .grouped = -1, .stats_code = CODE_UNKNOWN
	};
	if (!memchr(line, '\0', len) && find_header(t, line, len, &h)) {
		e->ts = h.ts;
		e->cpu = h.cpu;
		r = parse_event(t, &h, e);
	} else {
		/* A newline in an argument broke the line before. */
		if (last)
			*last = (struct text_chunk){ 0 };
		if (!memchr(line, '\0', len))
			r = parse_other(t, s, e);
	}
	t->events += r > 0;
	t->unparsed += r < 0;
	return r;
}

bool
text_detect(const char *bytes, size_t len)
{
	const char *end = bytes + len;
	struct text_line h;
	uint64_t lost;
	int n;

	while (bytes < end) {
		struct span s = { bytes, end };
		const char *nl = memchr(bytes, '\n', (size_t)(end - bytes));

		if (nl)
			s.end = nl;
		if (parse_header(bytes, span_len(&s), 0, &h) ||
		    parse_lost(s, &n, &lost) || scan(&s, "# tracer: ") ||
		    scan(&s, "cpus=%d$", &n))
			return true;
		bytes = nl ? nl + 1 : end;
	}
	return false;
}
