/*
 * Execs without an event of their own: the entry and the return of execve(2),
 * as in "sys_execve(filename: 55d0, argv: ...)" and "sys_execve -> 0x0" (the
 * kernel), "sys_enter_execve: filename: ..." and "sys_exit_execve: 0x0"
 * (trace-cmd, perf), and the entry alone as perf-tools' execsnoop probes it:
 * 'execsnoop_sys_execve: (sys_execve+0x0/0x20) arg1="man" arg2="ls"'.
 */
#include <stdio.h>
#include <string.h>

#include "events/restart.h"
#include "events/trace_text_line.h"

#define ARGS_PROBED 64
#define ERRNO_MAX   4095 /* MAX_ERRNO, include/linux/err.h */

static struct text_call *
call_slot(struct text *t, int tid)
{
	return &t->calls[(unsigned)tid % TEXT_CALLS];
}

static struct text_call *
call_find(struct text *t, int tid)
{
	struct text_call *c = call_slot(t, tid);

	return c->tid == tid ? c : NULL;
}

void
text_call_forget_all(struct text *t)
{
	for (int i = 0; i < TEXT_CALLS; i++)
		t->calls[i].tid = 0;
}

/* A probe of the entry says nothing of the return: what became of the call is
 * not known unless the task shows it. */
static void
call_drop(struct text *t, struct text_call *c)
{
	if (c->tid && c->probed)
		text_unparsed(
		    t, c->line, "nothing shows whether the exec succeeded");
	c->tid = 0;
}

static struct text_call *
call_begin(struct text *t, const struct text_line *h, bool probed)
{
	struct text_call *c = call_slot(t, h->pid);

	call_drop(t, c);
	c->tid = h->pid;
	c->ts = h->ts;
	c->line = t->lines;
	c->probed = probed;
	c->has_path = false;
	c->count = 0;
	c->len = 0;
	return c;
}

/* "execve" or "execveat", after the kernel's or the event's prefix. */
static bool
scan_execve(struct span *s, const char *prefix)
{
	struct span t = *s;

	if (!scan(&t, prefix) || !scan(&t, "execve"))
		return false;
	scan(&t, "at");
	*s = t;
	return true;
}

/* What follows the name of a call at its entry.  The path is printed since
 * Linux 6.18, after its address. */
static int
call_entry(struct text *t, const struct text_line *h, struct span s)
{
	struct text_call *c = call_begin(t, h, false);
	struct span tail, path;

	if (!span_split(&s, "\", argv: ", &tail) ||
	    !(path.p = memchr(s.p, '"', span_len(&s))))
		return 0;
	path.p++;
	path.end = s.end;
	c->has_path = span_copy(&path, c->path, sizeof c->path);
	return 0;
}

/* An exec that the call made, or failed to. */
static void
call_event(struct text *t, const struct text_call *c, int tid, struct event *e)
{
	e->type = EVENT_EXEC;
	e->tid = tid;
	e->exec.old_tid = tid;
	e->args = (struct args){ .argc = -1, .text = t->args };
	if (!c)
		return;
	if (c->has_path) {
		memcpy(t->path, c->path, sizeof t->path);
		e->path = t->path;
	}
	text_call_args(t, c->tid, &e->args);
}

static int
call_return(
    struct text *t, const struct text_line *h, struct span s, struct event *e)
{
	struct text_call *c = call_find(t, h->pid);
	uint64_t ret;

	scan(&s, "0x");
	if (!scan_number(&s, 16, UINT64_MAX, &ret) || !scan(&s, "$"))
		return -1;
	if (ret >> 32 == 0 && ret >> 31)
		ret |= UINT64_MAX << 32; /* a call of 32 bits */
	if (ret && 0 - ret > ERRNO_MAX)
		return -1;
	if (is_restart((int64_t)ret))
		return 0;
	if (ret || !t->exec_events)
		call_event(t, c, h->pid, e);
	if (c)
		c->tid = 0;
	if (!ret)
		return !t->exec_events;
	e->type = EVENT_EXECFAIL;
	e->exec = (struct event_exec){ .error = (int)(0 - ret) };
	return 1;
}

/* The strings of a probe at the entry, up to the first that is not certain: it
 * may contain what looks like the next one. */
static int
call_probed(struct text *t, const struct text_line *h, struct span s)
{
	struct text_call *c = call_begin(t, h, true);
	char key[16];

	for (int i = 1; i <= ARGS_PROBED; i++) {
		struct span value = s, more;

		snprintf(key, sizeof key, " arg%d=\"", i);
		if (!scan(&value, key))
			break;
		snprintf(key, sizeof key, " arg%d=", i + 1);
		more = (struct span){ span_find(&value, key), value.end };
		if (more.p) {
			value.end = s.p = more.p;
			more.p += strlen(key);
			if (span_find(&more, key))
				break;
		} else
			s.p = s.end;
		if (span_len(&value) < 1 || value.end[-1] != '"')
			break;
		value.end--;
		if (!span_copy(
			&value, c->bytes + c->len, sizeof c->bytes - c->len))
			break;
		c->len += span_len(&value) + 1;
		c->count++;
	}
	return 0;
}

void
text_call_args(struct text *t, int tid, struct args *a)
{
	const struct text_call *c = call_find(t, tid);

	if (!c || !c->count)
		return;
	memcpy(t->args, c->bytes, c->len);
	a->text = t->args;
	a->len = c->len;
	a->count = c->count;
	a->state = ARGS_CUT; /* where they end is not known */
}

void
text_call_done(struct text *t, int tid)
{
	struct text_call *c = call_find(t, tid);

	if (c)
		c->tid = 0;
}

/* Does the task have the name now that the exec of its call gives it?  Its
 * events show it: "comm=", up to " pid=". */
static bool
call_shown(const struct text_call *c, const struct text_line *h)
{
	struct span s = h->rest, tail;
	const char *name = strrchr(c->bytes, '/');
	char comm[COMM_LEN], pid[32];

	snprintf(pid, sizeof pid, " pid=%d ", c->tid);
	if (!c->count || !scan(&s, "comm=") || !span_split(&s, pid, &tail) ||
	    !span_copy(&s, comm, sizeof comm))
		return false;
	name = name ? name + 1 : c->bytes;
	return *name && strncmp(comm, name, COMM_LEN - 1) == 0;
}

/* An event of the task itself after a probed call. */
static int
call_after(struct text *t, const struct text_line *h, struct event *e)
{
	struct text_call *c = call_find(t, h->pid);

	if (!c || !c->probed ||
	    (!span_is(&h->name, "sched_process_exit") &&
		!span_is(&h->name, "sched_process_fork")))
		return TEXT_OTHER;
	if (!call_shown(c, h)) {
		call_drop(t, c);
		return TEXT_OTHER;
	}
	call_event(t, c, h->pid, e);
	e->ts = c->ts;
	c->tid = 0;
	t->again = true;
	return 1;
}

int
text_call(struct text *t, const struct text_line *h, struct event *e)
{
	struct span s = h->rest, name = h->name;
	bool named = span_len(&name) > 0;

	if (span_is(&name, "sched_process_exec"))
		t->exec_events = true;
	if (!named && scan_execve(&s, "sys_")) {
		if (scan(&s, "("))
			return call_entry(t, h, s);
		return scan(&s, " -> ") ? call_return(t, h, s, e) : -1;
	}
	if (named && scan_execve(&name, "sys_enter_"))
		return call_entry(t, h, s);
	if (named && scan_execve(&name, "sys_exit_"))
		return call_return(t, h, s, e);
	if (scan(&name, "execsnoop_") && scan(&s, "(") &&
	    (s.p = span_find(&s, ")")) && scan(&s, ") arg1=")) {
		s.p -= strlen(" arg1=");
		return call_probed(t, h, s);
	}
	return call_after(t, h, e);
}

void
text_call_end(struct text *t)
{
	for (int i = 0; i < TEXT_CALLS; i++)
		call_drop(t, &t->calls[i]);
}
