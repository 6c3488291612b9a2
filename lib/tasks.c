#include "tasks.h"

#include <stdlib.h>
#include <string.h>

#include "proc.h"
#include "task_exit.h"

static struct task **
slot(const struct tasks *t, int tid)
{
	struct task **p;

	if (!t->buckets)
		return NULL;
	p = &t->bucket[(unsigned)tid & (t->buckets - 1)];
	while (*p && (*p)->tid != tid)
		p = &(*p)->next;
	return p;
}

struct task *
tasks_find(const struct tasks *t, int tid)
{
	struct task **p = slot(t, tid);

	return p ? *p : NULL;
}

static int
grow(struct tasks *t)
{
	size_t n = t->buckets ? t->buckets * 2 : 256;
	struct task **old = t->bucket, **b = calloc(n, sizeof *b);

	if (!b)
		return -1;
	t->bucket = b;
	for (size_t i = 0; i < t->buckets; i++)
		for (struct task *p = old[i], *next; p; p = next) {
			struct task **at = &b[(unsigned)p->tid & (n - 1)];

			next = p->next;
			p->next = *at;
			*at = p;
		}
	t->buckets = n;
	free(old);
	return 0;
}

void
task_drop(struct tasks *t, int tid)
{
	struct task **p = slot(t, tid), *gone;

	if (!p || !*p)
		return;
	gone = *p;
	*p = gone->next;
	kept_release(gone->kept);
	free(gone);
	t->count--;
}

/* Keep what an event says of the program. */
static int
keep(struct task *p, const struct event *e)
{
	kept_release(p->kept);
	p->kept = kept_new(e);
	p->own = true;
	return p->kept ? 0 : -1;
}

struct task *
task_leader(const struct tasks *t, const struct task *p)
{
	if (p && p->tid != p->pid)
		p = tasks_find(t, p->pid);
	return p && p->tid == p->pid ? (struct task *)p : NULL;
}

/* A new incarnation of that number. */
static struct task *
add(struct tasks *t, int tid, int pid, int ppid)
{
	struct task *n, **p, *before = tasks_find(t, tid);
	struct task *leader = task_leader(t, before);

	/* Its exit was not seen. */
	if (leader && leader != before && before->epoch == leader->counted)
		leader->threads--;
	task_drop(t, tid);
	if (t->count >= t->buckets && grow(t) != 0)
		return NULL;
	n = calloc(1, sizeof *n);
	if (!n)
		return NULL;
	n->tid = tid;
	n->pid = pid;
	n->ppid = ppid;
	n->threads = 1;
	n->epoch = n->born = n->counted = t->epoch;
	status_init(&n->status);
	n->usage.known = true;
	p = slot(t, tid);
	n->next = *p;
	*p = n;
	t->count++;
	return n;
}

static void
tell(const struct tasks *t, const struct event *e)
{
	if (t->seen)
		t->seen(t->seen_arg, e);
}

static int
apply_task(struct tasks *t, const struct event *e)
{
	struct task *n = tasks_find(t, e->tid), *leader;
	struct event now;

	if (n && n->epoch == t->epoch)
		return 0;
	leader = e->tid == e->pid ? NULL : tasks_find(t, e->pid);
	if (n && proc_same_start(n->start, e->start)) {
		n->epoch = t->epoch;
		if (leader)
			leader->threads++;
		else { /* its threads come behind it */
			n->counted = t->epoch;
			n->gone = e->group_dead > 0;
			n->threads = !n->gone;
			n->found = e->ts;
			if (t->keep && keep(n, e) != 0)
				return -1;
		}
		now = *e;
		now.again = true;
		now.inside = n->inside;
		tell(t, &now);
		return 0;
	}
	n = add(t, e->tid, e->pid, e->ppid);
	if (!n)
		return -1;
	n->start = e->start;
	n->coarse = e->start % PROC_TICK == 0;
	n->usage.known = !n->coarse; /* it may have had threads that ended */
	n->inside = e->inside;
	n->gone = e->group_dead > 0;
	n->threads = !n->gone;
	n->found = e->ts;
	memcpy(n->comm, e->comm, COMM_LEN);
	if (t->keep && e->args.state != ARGS_NONE && keep(n, e) != 0)
		return -1;
	if (leader) {
		leader->threads++;
		leader->status.many = true;
		n->inside = leader->inside;
	} else if ((leader = tasks_find(t, e->ppid)))
		n->inside |= leader->inside; /* its fork was lost */
	now = *e;
	now.inside = n->inside;
	tell(t, &now);
	return 0;
}

/*
 * Events were lost: the number may belong to another process by now.  Ask
 * /proc, which can only tell of a process that lives, and believe it if that
 * process was there at the time of the event.
 */
static struct task *
verify(struct tasks *t, int tid, uint64_t ts)
{
	struct task *p = tasks_find(t, tid);
	int threads = p ? p->threads : 1;
	struct event now;

	if (p && p->start > ts)
		return NULL; /* its successor, listed early */
	if (p && p->epoch == t->epoch)
		return p;
	if (!t->look || t->look(t->look_arg, tid, &now) != 0 ||
	    now.start > ts || apply_task(t, &now) != 0)
		return NULL;
	p = tasks_find(t, tid);
	/* Its threads were not counted. */
	p->counted = t->epoch - 1;
	p->threads = threads;
	return p;
}

/* Without clone_flags: does /proc (or what it said when this was recorded)
 * know the new task as a thread? */
static bool
seems_thread(struct tasks *t, const struct event *e)
{
	const struct task *p = tasks_find(t, e->tid);
	struct event now;

	if (t->look && t->look(t->look_arg, e->tid, &now) == 0 &&
	    proc_same_start(now.start, e->ts))
		return now.pid != now.tid;
	return p && p->pid != p->tid && proc_same_start(p->start, e->ts);
}

/* The new task, if it was listed in /proc before its event was read; its
 * threads, or itself as one, were counted then. */
static struct task *
listed(const struct tasks *t, const struct event *e, bool thread)
{
	struct task *p = tasks_find(t, e->tid);

	return p && p->coarse && p->epoch == t->epoch &&
		proc_same_start(p->start, e->ts) &&
		(p->tid != p->pid) == thread ?
	    p :
	    NULL;
}

static int
apply_fork(struct tasks *t, struct event *e)
{
	bool thread = e->flags == FLAG_UNKNOWN ? seems_thread(t, e) :
						 e->flags & FLAG_THREAD;
	bool sibling = e->flags != FLAG_UNKNOWN && (e->flags & FLAG_PARENT);
	struct task *parent = verify(t, e->ppid, e->ts), *leader, *n;
	struct kept *kept;
	int pid = e->tid, ppid = PPID_UNKNOWN;

	n = listed(t, e, thread);
	if (n && thread && !parent)
		parent = task_leader(t, n); /* any of its process will do */
	leader = task_leader(t, parent);
	if (thread)
		pid = parent ? parent->pid : 0;
	if (parent && !thread && !sibling)
		ppid = parent->pid;
	else if (leader)
		ppid = leader->ppid;
	e->inside = parent && parent->inside;
	e->forker = parent && parent->pid ? parent->pid : e->ppid;
	if (thread && leader) {
		leader->threads += !n;
		leader->status.many = true;
	}
	if (!n) {
		kept = kept_share(!thread && leader ? leader->kept : NULL);
		n = add(t, e->tid, pid, ppid);
		if (!n) {
			kept_release(kept);
			return -1;
		}
		n->kept = kept;
	}
	n->pid = pid;
	n->ppid = ppid;
	n->coarse = false;
	n->usage.known = true;
	n->start = e->ts;
	n->inside = e->inside;
	memcpy(n->comm, e->comm, COMM_LEN);
	e->pid = pid;
	e->ppid = ppid;
	return 0;
}

/* Before 3.4 nobody tells which thread executed a program, and it has no exit:
 * all but the first are gone, and those that were found later. */
static void
drop_threads(struct tasks *t, int pid, uint64_t ts)
{
	for (size_t i = 0; i < t->buckets; i++)
		for (struct task *p = t->bucket[i], *next; p; p = next) {
			next = p->next;
			if (p->pid == pid && p->tid != pid && p->found <= ts)
				task_drop(t, p->tid);
		}
}

static int
apply_exec(struct tasks *t, struct event *e)
{
	struct task *p;
	uint64_t sent;
	struct task *taken = tasks_find(t, e->old_tid);
	bool counted = taken && e->old_tid != e->tid;

	/* A thread took the process over; its own number is free. */
	if (e->old_tid != e->tid && e->old_tid > 0)
		task_drop(t, e->old_tid);
	p = verify(t, e->pid, e->ts);
	e->ppid = p ? p->ppid : PPID_UNKNOWN;
	e->inside = p && p->inside;
	if (!p)
		return 0;
	if (!e->old_tid && (p->threads > 1 || p->gone))
		drop_threads(t, p->pid, e->ts);
	if (e->ts >= p->found) {
		p->threads = 1;
		p->gone = false;
	} else /* they were counted after it */
		p->threads -= counted;
	p->usage.maxrss = 0; /* that was of another memory */
	sent = p->status.sent;
	status_init(&p->status);
	p->status.sent = sent; /* what is pending stays so */
	if (e->comm[0])
		memcpy(p->comm, e->comm, COMM_LEN);
	return t->keep ? keep(p, e) : 0;
}

/* The thread that called stays what it was. */
static int
apply_execfail(struct tasks *t, struct event *e)
{
	struct task *p = verify(t, e->tid, e->ts), *leader = task_leader(t, p);

	e->pid = p ? p->pid : 0;
	e->ppid = leader ? leader->ppid : PPID_UNKNOWN;
	e->inside = p && p->inside;
	if (p && !e->comm[0])
		memcpy(e->comm, p->comm, COMM_LEN);
	return 0;
}

static int
apply(struct tasks *t, struct event *e)
{
	switch (e->type) {
	case EVENT_FORK:
		return apply_fork(t, e);
	case EVENT_EXEC:
		return apply_exec(t, e);
	case EVENT_EXECFAIL:
		return apply_execfail(t, e);
	case EVENT_STATUS:
		return task_status(t, e);
	case EVENT_EXIT:
		return task_exit(t, e);
	case EVENT_CGROUP:
		return apply_execfail(t, e);
	case EVENT_END:
		return 0; /* ours */
	default:
		t->epoch++;
		if (e->until > t->until)
			t->until = e->until;
		return 0;
	}
}

int
tasks_apply(struct tasks *t, struct event *e)
{
	kept_release(t->ended);
	t->ended = NULL;
	t->end.type = 0;
	if (e->type == EVENT_TASK)
		return apply_task(t, e);
	if (apply(t, e) != 0)
		return -1;
	tell(t, e);
	if (t->end.type)
		tell(t, &t->end);
	return 0;
}

void
tasks_free(struct tasks *t)
{
	for (size_t i = 0; i < t->buckets; i++)
		while (t->bucket[i])
			task_drop(t, t->bucket[i]->tid);
	kept_release(t->ended);
	free(t->bucket);
	*t = (struct tasks){ 0 };
}
