/* The events of tasks in trace output: forks, execs, exits. */
#include <stdio.h>
#include <string.h>

#include "base/count.h"
#include "events/trace_text_line.h"

/* The child in the last task_newtask of this parent, 0 for none. */
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
	    e->tid == h->pid || !span_split(&s, " clone_flags=", &flags))
		return -1;
	scan(&flags, "0x");
	if (!scan(&flags, "%x oom_score_adj=", &e->fork.flags) ||
	    !scan_signed(&flags) || !scan(&flags, "$") ||
	    !span_copy(&s, e->comm, sizeof e->comm))
		return -1;
	e->type = EVENT_FORK;
	e->fork.parent = h->pid;
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
	snprintf(key, sizeof key,
	    old ? ":%d  child " : "pid=%d child_comm=", h->pid);
	if (!span_split(&s, old ? ":" : " child_pid=", &child) ||
	    !scan(&child, "%d$", &e->tid) || e->tid == 0 || e->tid == h->pid ||
	    !span_split(&s, key, &comm) ||
	    !span_copy(&comm, e->comm, sizeof e->comm))
		return -1;
	e->type = EVENT_FORK;
	e->fork.parent = h->pid;
	e->fork.flags = FLAG_UNKNOWN;
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

	snprintf(key, sizeof key, old ? ":%d [" : " pid=%d prio=", h->pid);
	if ((!old && !scan(&s, "comm=")) || !span_split(&s, key, &tail) ||
	    !scan_signed(&tail) || !span_copy(&s, e->comm, sizeof e->comm))
		return -1;
	e->type = EVENT_EXIT;
	e->tid = h->pid;
	e->exit = EXIT_UNKNOWN;
	/* 1, 0: trace-cmd report -R */
	if (scan(&tail, " group_dead=true$") || scan(&tail, " group_dead=1$"))
		e->exit.group_dead = 1;
	else if (scan(&tail, " group_dead=false$") ||
	    scan(&tail, " group_dead=0$"))
		e->exit.group_dead = 0;
	else if (!scan(&tail, old ? "]$" : "$") || t->group_dead)
		return -1; /* the rest of the line is missing */
	if (e->exit.group_dead >= 0)
		t->group_dead = true;
	return 1;
}

static int
parse_exec(struct text *t, const struct text_line *h, struct event *e)
{
	struct span s = h->rest, old;
	char key[64];

	snprintf(key, sizeof key, " pid=%d old_pid=", h->pid);
	if (!scan(&s, "filename=") || !span_split(&s, key, &old) ||
	    !scan(&old, "%d$", &e->exec.old_tid) ||
	    !span_copy(&s, t->path, sizeof t->path))
		return -1;
	e->type = EVENT_EXEC;
	e->tid = h->pid;
	e->path = t->path;
	text_args_take(t, h->pid, &e->args);
	if (e->args.state == ARGS_NONE)
		text_call_args(t, e->exec.old_tid, &e->args);
	text_call_done(t, e->exec.old_tid);
	return 1;
}

/* Where one of these events names its task, after the last "before". */
static const struct {
	const char *name;
	int (*parse)(struct text *, const struct text_line *, struct event *);
	const char *before; /* what follows " pid=%d" of the task */
} events[] = {
	{ "task_newtask", parse_newtask, NULL },
	{ "sched_process_fork", parse_fork, " child_comm=" },
	{ "sched_process_exec", parse_exec, " old_pid=" },
	{ "sched_process_exit", parse_exit, " prio=" },
};

bool
text_own_pid(struct text_line *h)
{
	struct span s = h->rest, tail;

	for (size_t i = 1; i < COUNT(events); i++)
		if (span_is(&h->name, events[i].name))
			return span_split(&s, events[i].before, &tail) &&
			    span_split(&s, "pid=", &tail) &&
			    scan(&tail, "%d$", &h->pid) && h->pid;
	return false;
}

/* What only these events have, by the underscore in the middle. */
static bool
is_part(const struct span *s, const char *underscore)
{
	static const struct {
		const char *before, *after;
	} parts[] = { { "process", "ex" }, { "process", "fork" },
		{ "d", "pid=" }, { "clone", "flags=" }, { "task", "newtask" },
		{ "\\", "" } };

	for (size_t i = 0; i < COUNT(parts); i++) {
		size_t n = strlen(parts[i].before);
		struct span after = { underscore + 1, s->end };

		if ((size_t)(underscore - s->p) >= n &&
		    underscore[-1] == parts[i].before[n - 1] &&
		    memcmp(underscore - n, parts[i].before, n) == 0 &&
		    scan(&after, parts[i].after))
			return true;
	}
	return false;
}

bool
text_was_task(const struct text_line *h)
{
	struct span all = { h->name.p, h->rest.end };
	size_t len = span_len(&all);
	const char *p = all.p;

	for (size_t i = 0; i < COUNT(events); i++)
		if (len < strlen(events[i].name) &&
		    memcmp(all.p, events[i].name, len) == 0)
			return true;
	for (; (p = memchr(p, '_', (size_t)(all.end - p))); p++)
		if (is_part(&all, p))
			return true;
	return false;
}

int
text_task(struct text *t, const struct text_line *h, struct event *e)
{
	for (size_t i = 0; i < COUNT(events); i++)
		if (span_is(&h->name, events[i].name))
			return events[i].parse(t, h, e);
	return TEXT_OTHER;
}
