#include "text.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define COMM_COLUMNS 16	 /* "%16s-": the comm, right-aligned */
#define FLAGS_MAX    8	 /* irqs-off, need-resched, ...: 4, 5; -rt has 7 */
#define PREFIX_MAX   256 /* "buffer: " of trace-cmd */
#define VALUES_MAX   64	 /* arguments in the largest chunk */
#define SEEN_EXEC    (1u << TEXT_CHUNKS)
#define DIGITS	     "0123456789abcdef"
#define NAME_SET                      \
	DIGITS "ghijklmnopqrstuvwxyz" \
	       "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"

/* What is still to be parsed: the bytes from p up to end. */
struct span {
	const char *p, *end;
};

struct header {
	int pid, cpu;
	uint64_t ts;
	struct span name, rest;
};

static size_t
span_len(const struct span *s)
{
	return (size_t)(s->end - s->p);
}

static bool
span_is(const struct span *s, const char *word)
{
	return span_len(s) == strlen(word) &&
	    memcmp(s->p, word, span_len(s)) == 0;
}

/* The first occurrence of word, or NULL. */
static const char *
span_find(const struct span *s, const char *word)
{
	return memmem(s->p, span_len(s), word, strlen(word));
}

/* Cut s at the last occurrence of word; tail is what follows it. */
static bool
span_split(struct span *s, const char *word, struct span *tail)
{
	size_t n = strlen(word);

	for (const char *q = s->end; (size_t)(q - s->p) >= n; q--) {
		if (memcmp(q - n, word, n) == 0) {
			*tail = (struct span){ q, s->end };
			s->end = q - n;
			return true;
		}
	}
	return false;
}

/* Copy with a NUL; false if it does not fit. */
static bool
span_copy(const struct span *s, char *to, size_t size)
{
	if (span_len(s) >= size)
		return false;
	memcpy(to, s->p, span_len(s));
	to[span_len(s)] = '\0';
	return true;
}

/* Step over the bytes of a set; how many. */
static size_t
scan_set(struct span *s, const char *set)
{
	const char *from = s->p;

	while (s->p < s->end && *s->p && strchr(set, *s->p))
		s->p++;
	return (size_t)(s->p - from);
}

static bool
scan_number(struct span *s, unsigned base, uint64_t max, uint64_t *value)
{
	const char *from = s->p, *d;

	*value = 0;
	while (s->p < s->end && (d = memchr(DIGITS, *s->p, base))) {
		uint64_t digit = (uint64_t)(d - DIGITS);

		if (*value > (max - digit) / base)
			return false;
		*value = *value * base + digit;
		s->p++;
	}
	return s->p > from;
}

/*
 * Step over what fmt says: %d an int without sign, %u and %x a uint64_t, a
 * blank one or more of them, $ the end, any other byte itself.  When it is
 * not next, s stays where it is.
 */
static bool
scan(struct span *s, const char *fmt, ...)
{
	struct span t = *s;
	uint64_t n = 0;
	bool ok = true;
	va_list ap;

	va_start(ap, fmt);
	for (; ok && *fmt; fmt++) {
		if (*fmt == ' ') {
			ok = scan_set(&t, " ") > 0;
		} else if (*fmt == '$') {
			ok = t.p == t.end;
		} else if (*fmt != '%') {
			ok = t.p < t.end && *t.p++ == *fmt;
		} else if (*++fmt == 'd') {
			ok = scan_number(&t, 10, INT_MAX, &n);
			*va_arg(ap, int *) = (int)n;
		} else {
			ok = scan_number(
			    &t, *fmt == 'x' ? 16 : 10, UINT64_MAX - 1, &n);
			*va_arg(ap, uint64_t *) = n;
		}
	}
	va_end(ap);
	if (ok)
		*s = t;
	return ok;
}

/* Nothing needs the value of what may be negative, only that it is one. */
static bool
scan_signed(struct span *s)
{
	int n;

	return scan(s, "-%d", &n) || scan(s, "%d", &n);
}

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
parse_context(struct span s, struct header *h)
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
		h->name.end = h->name.p; /* as the function tracers print */
	h->rest = s;
	return true;
}

static bool
parse_header(const char *line, size_t len, size_t column, struct header *h)
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
find_header(struct text *t, const char *line, size_t len, struct header *h)
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
parse_newtask(struct text *t, const struct header *h, struct event *e)
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
parse_fork(struct text *t, const struct header *h, struct event *e)
{
	struct span s = h->rest, child, comm;
	bool old = scan(&s, "parent "); /* 2.6.32 */
	char key[64];
	int *known;

	/* 3.2+; trace-cmd report -R has parent_comm=, parent_pid= */
	snprintf(key, sizeof key,
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
parse_exit(struct text *t, const struct header *h, struct event *e)
{
	struct span s = h->rest, tail;
	bool old = scan(&s, "task "); /* 2.6.32 */
	char key[64];

	(void)t;
	snprintf(key, sizeof key, old ? ":%d [" : " pid=%d prio=", h->pid);
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

/* Chunk 0 is args0 with 4 arguments, 1 args4 with 4, 2 args8 with 8, ... */
static int
chunk_first(int chunk)
{
	return chunk ? 2 << chunk : 0;
}

static int
chunk_count(int chunk)
{
	return chunk ? 2 << chunk : 4;
}

/* Take the quotes off; false if it is (fault), or cut. */
static bool
value_string(struct span *v)
{
	if (span_len(v) < 2 || *v->p != '"' || v->end[-1] != '"')
		return false;
	v->p++;
	v->end--;
	return true;
}

/*
 * Find the values in ` a4="..." a5=(fault) ...`.  Returns how many of them,
 * from the first, certainly end where they seem to: those before a delimiter
 * that is there once more, in a string.  -1 if the line is not whole.
 */
static int
chunk_values(struct span s, int chunk, struct span *value)
{
	int first = chunk_first(chunk), count = chunk_count(chunk);
	int certain = count;
	char key[16];

	for (int i = 0; i < count; i++) {
		struct span more = s;

		snprintf(key, sizeof key, " a%d=", first + i);
		more.p = span_find(&s, key);
		if (!more.p || (i == 0 && more.p != s.p))
			return -1;
		if (i > 0)
			value[i - 1].end = more.p;
		more.p += strlen(key);
		if (i > 0 && i <= certain && span_find(&more, key))
			certain = i - 1;
		s = value[i] = more;
	}
	return value_string(&s) || span_is(&s, "(fault)") ? certain : -1;
}

/* What is behind argc is the environment: not ours.  -1: not a whole line. */
static int
chunk_store(struct text_exec *x, int chunk, struct span s)
{
	struct text_chunk *c = &x->chunk[chunk];
	struct span value[VALUES_MAX];
	int n = chunk_values(s, chunk, value);

	c->offset = x->len;
	for (int i = 0; i < n && chunk_first(chunk) + i < x->argc; i++) {
		if (!value_string(&value[i]) ||
		    !span_copy(
			&value[i], x->bytes + x->len, sizeof x->bytes - x->len))
			break;
		x->len += span_len(&value[i]) + 1;
		c->count++;
	}
	c->len = x->len - c->offset;
	return n < 0 ? -1 : 0;
}

static struct text_exec *
exec_slot(struct text *t, int tid)
{
	return &t->execs[tid % TEXT_EXECS];
}

static void
exec_forget(struct text *t, int tid)
{
	if (exec_slot(t, tid)->tid == tid)
		exec_slot(t, tid)->tid = -1;
}

/* The exec a probe event belongs to: a new one if it cannot be the same as
 * that of the events before it, whose own event was lost then. */
static struct text_exec *
exec_join(struct text *t, int tid, int argc, unsigned bit)
{
	struct text_exec *x = exec_slot(t, tid);

	if (x->tid != tid || x->argc != argc || (x->seen & bit)) {
		x->tid = tid;
		x->argc = argc;
		x->seen = 0;
		x->len = 0;
		memset(x->chunk, 0, sizeof x->chunk);
	}
	x->seen |= bit;
	return x;
}

/*
 * A probe event of ours: "exec: (symbol...) argc=5" or "args4: (symbol...)
 * argc=5 a4=...".  An address instead of the symbol is that of a uprobe, which
 * may come after the exec event.  Returns 0, 1 if it is none, -1 if cut.
 */
static int
parse_probe(struct text *t, const struct header *h)
{
	struct span s = h->rest, name = h->name;
	struct text_exec *x;
	int argc, first, chunk = 0;
	bool exec = span_is(&name, "exec");

	if (!exec && !scan(&name, "args%d$", &first))
		return 1;
	while (!exec && first != chunk_first(chunk))
		if (++chunk == TEXT_CHUNKS)
			return 1;
	if (!scan(&s, "(") || scan_set(&s, "0123456789") ||
	    !(s.p = span_find(&s, ")")) || !scan(&s, ") argc=%d", &argc))
		return 1;
	if (exec && !scan(&s, "$"))
		return 1;
	x = exec_join(t, h->pid, argc, exec ? SEEN_EXEC : 1u << chunk);
	if (exec)
		return 0;
	t->last = &x->chunk[chunk];
	return chunk_store(x, chunk, s);
}

static void
exec_args(struct text *t, int tid, struct args *a)
{
	const struct text_exec *x = exec_slot(t, tid);

	*a = (struct args){ .argc = -1, .text = t->args };
	if (x->tid != tid)
		return;
	a->argc = x->argc;
	for (int i = 0; i < TEXT_CHUNKS && a->count == chunk_first(i); i++) {
		const struct text_chunk *c = &x->chunk[i];

		memcpy(t->args + a->len, x->bytes + c->offset, c->len);
		a->len += c->len;
		a->count += c->count;
	}
	if (a->count == a->argc)
		a->state = ARGS_ALL;
	else if (a->count > 0)
		a->state = ARGS_CUT;
}

static int
parse_exec(struct text *t, const struct header *h, struct event *e)
{
	struct span s = h->rest, old;
	char key[64];

	snprintf(key, sizeof key, " pid=%d old_pid=", h->pid);
	if (!scan(&s, "filename=") || !span_split(&s, key, &old) ||
	    !scan(&old, "%d$", &e->old_tid) ||
	    !span_copy(&s, t->path, sizeof t->path))
		return -1;
	e->type = EVENT_EXEC;
	e->tid = e->pid = h->pid;
	e->path = t->path;
	exec_args(t, h->pid, &e->args);
	return 1;
}

static int
parse_event(struct text *t, const struct header *h, struct event *e)
{
	static const struct {
		const char *name;
		int (*parse)(
		    struct text *, const struct header *, struct event *);
	} events[] = {
		{ "task_newtask", parse_newtask },
		{ "sched_process_fork", parse_fork },
		{ "sched_process_exec", parse_exec },
		{ "sched_process_exit", parse_exit },
	};
	int r = parse_probe(t, h);

	if (r <= 0)
		return r;
	r = 0;
	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		if (span_is(&h->name, events[i].name))
			r = events[i].parse(t, h, e);
	exec_forget(t, h->pid);
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
		for (int i = 0; i < TEXT_EXECS; i++)
			t->execs[i].tid = -1;
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
	for (int i = 0; i < TEXT_EXECS; i++)
		t->execs[i].tid = -1;
}

int
text_parse(struct text *t, const char *line, size_t len, struct event *e)
{
	struct span s = { line, line + len };
	struct text_chunk *last = t->last;
	struct header h;
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
	struct header h;
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
