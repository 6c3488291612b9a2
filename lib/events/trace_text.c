/* Trace output, line by line: which lines hold an event, and lines that were
 * broken in two. */
#include "events/trace_text.h"

#include <string.h>

#include "base/scan.h"
#include "events/trace_text_line.h"
#include "base/count.h"

#define JOINED_LINES  8
#define BACK_NS	      1000000 /* trace_pipe gathers the CPUs: so much or less */
#define NOT_A_KERNELS "cut off, or not as a kernel prints it"

static int
parse_event(struct text *t, const struct text_line *h, struct event *e)
{
	int r = text_args_probe(t, h);

	if (r <= 0)
		return r;
	r = text_call(t, h, e);
	if (r != TEXT_OTHER)
		return r;
	r = text_task(t, h, e);
	if (r == TEXT_OTHER) {
		r = text_status(t, h, e);
		if (r == 0 && text_was_task(h))
			r = -1;
	}
	text_args_forget(t, h->pid);
	return r;
}

/* A line with a context. */
static int
parse_line(struct text *t, struct text_line *h, struct event *e)
{
	int r;

	t->other = false;
	if (h->untimed)
		t->untimed = true;
	if (!h->untimed && h->ts + BACK_NS < t->ts && !t->unsorted)
		t->unsorted = t->lines;
	t->ts = h->ts;
	e->ts = h->ts;
	e->untimed = h->untimed;
	e->cpu = h->cpu;
	if (!h->pid && span_is(&h->name, "signal_generate"))
		return text_status(t, h, e); /* on a CPU that was idle */
	if (!h->pid && !text_own_pid(h))
		return 0;
	t->tgid = h->tgid;
	t->tid = h->pid;
	r = parse_event(t, h, e);
	t->other = r == TEXT_OTHER;
	return t->other ? 0 : r;
}

/* ---- lines that were broken, by a mailer or by a newline in a name ---- */

/* What is joined so far is all there is. */
static void
join_end(struct text *t)
{
	for (; t->joined_bad; t->joined_bad--)
		text_unparsed(t, t->joined_first++, NOT_A_KERNELS);
	t->joined_len = 0;
}

static void
join_begin(struct text *t, const struct span *s, int r)
{
	if (r >= 0 && !t->other)
		return;
	t->joined_first = t->lines;
	t->joined_bad = r < 0;
	if (span_len(s) >= sizeof t->joined) {
		join_end(t);
		return;
	}
	memcpy(t->joined, s->p, span_len(s));
	t->joined_len = span_len(s);
	t->joined_lines = 1;
}

/*
 * A line without a context may be the rest of the one before.  The newline
 * between them stays: it stands for a blank, but not in a path or a name, which
 * may have had a newline there.  Returns as text_parse.
 */
static int
join(struct text *t, const struct span *rest, struct event *e)
{
	struct text_line h;
	int r;

	if (!t->joined_len || t->joined_lines == JOINED_LINES ||
	    span_len(rest) + 1 > sizeof t->joined - t->joined_len) {
		join_end(t);
		text_unparsed(t, t->lines, "no task, CPU and time in it");
		return -1;
	}
	t->joined[t->joined_len++] = '\n';
	memcpy(t->joined + t->joined_len, rest->p, span_len(rest));
	t->joined_len += span_len(rest);
	t->joined_lines++;
	if (!text_context(
		(struct span){ t->joined, t->joined + t->joined_len }, &h) ||
	    (r = parse_line(t, &h, e)) < 0) {
		t->joined_bad++;
		return -1;
	}
	t->joined_bad = 0;
	if (!t->other)
		t->joined_len = 0;
	return r;
}

/* ---- lines ---- */

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

/* A line without a context. */
static int
parse_other(struct text *t, struct span s, struct event *e)
{
	struct span rest;
	int n;

	text_skip_prefix(&s);
	rest = s;
	scan(&s, " ");
	if (parse_lost(s, &e->cpu, &e->lost.count)) {
		join_end(t);
		text_args_forget_all(t);
		text_call_forget_all(t);
		e->type = EVENT_LOST;
		e->ts = t->ts;
		return 1;
	}
	if (s.p == s.end || scan(&s, "#") || scan(&s, "=>") ||
	    scan(&s, "cpus=%d$", &n) || scan(&s, "version = %d$", &n) ||
	    scan(&s, "CPU %d is empty$", &n)) {
		join_end(t);
		return 0;
	}
	return join(t, &rest, e);
}

void
text_init(struct text *t)
{
	memset(t, 0, offsetof(struct text, calls));
	text_call_forget_all(t);
	text_args_forget_all(t);
}

static int
parse(struct text *t, struct span s, struct event *e)
{
	struct text_chunk *last = t->last;
	struct text_line h;
	int r;

	t->last = NULL;
	t->tid = t->tgid = 0;
	if (memchr(s.p, '\0', span_len(&s))) {
		join_end(t);
		text_unparsed(t, t->lines, "a NUL byte in it");
		return -1;
	}
	if (text_context(s, &h)) {
		join_end(t);
		r = parse_line(t, &h, e);
		if (!t->again)
			join_begin(t, &s, r);
		return r;
	}
	/* A newline in an argument broke the line before. */
	if (last)
		*last = (struct text_chunk){ 0 };
	return parse_other(t, s, e);
}

int
text_parse(struct text *t, const char *line, size_t len, struct event *e)
{
	static const char bom[] = "\xef\xbb\xbf";
	struct span s = { line, line + len };
	int r;

	if (!t->again)
		t->lines++;
	t->again = false;
	*e = (struct event){ 0 };
	if (t->lines == 1 && len >= 3 && memcmp(line, bom, 3) == 0)
		s.p += 3;
	span_trim(&s);
	r = parse(t, s, e);
	if (r > 0) {
		t->events++;
		t->tasks += e->type != EVENT_STATUS && e->type != EVENT_LOST;
	}
	return r;
}

void
text_end(struct text *t)
{
	join_end(t);
	text_call_end(t);
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
		span_trim(&s);
		if (!memchr(s.p, '\0', span_len(&s))) {
			if (text_context(s, &h))
				return true;
			text_skip_prefix(&s);
			if (parse_lost(s, &n, &lost) ||
			    scan(&s, "# tracer: ") || scan(&s, "cpus=%d$", &n))
				return true;
		}
		bytes = nl ? nl + 1 : end;
	}
	return false;
}
