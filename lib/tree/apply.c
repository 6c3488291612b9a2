/* What each event does to a tree. */
#include <string.h>

#include "task/table.h"
#include "tree/node.h"

#define RESERVED_PIDS	300 /* kernel/pid.c: where the counter restarts */
#define WRAPAROUND_SPAN 64  /* fewer PIDs than that prove nothing */

/* ---- found in /proc ---- */

/* A new node for a task that was there before; its parent is still to be
 * found. */
static struct node *
begin_found(struct tree *t, const struct event *e, int ppid)
{
	struct node *n = node_begin(t, e->tid);

	if (!n)
		return NULL;
	n->flags |= NODE_BEFORE;
	if (t->losses)
		n->flags |= NODE_REPAIRED;
	if (e->task.coarse)
		n->flags |= NODE_COARSE;
	if (e->task.inside)
		n->flags |= NODE_CHOSEN;
	n->start = e->task.start;
	node_seek_parent(t, n, ppid);
	return n;
}

/* Has the last exec of a node the arguments of an event? */
static bool
has_args(const struct tree *t, const struct node *n, const struct event *e)
{
	struct event last;

	tree_program(t, n->exec, &last);
	return last.args.count == e->args.count &&
	    last.args.len == e->args.len &&
	    last.args.missing == e->args.missing &&
	    (!e->args.len ||
		memcmp(last.args.text, e->args.text, e->args.len) == 0);
}

/* A thread belongs to its process, if that one is known. */
static void
note_thread(struct tree *t, const struct event *e)
{
	struct node *n, *p = node_living(t, e->task.pid);

	if (p && !e->task.again)
		p->threads++;
	if (p)
		node_clear(p, NODE_ZOMBIE);
	if (!t->threads)
		return;
	n = node_last(t, e->tid);
	if (n && n->flags & NODE_THREAD && !(n->flags & NODE_ENDED) &&
	    node_is_near(n, e->task.start)) {
		n->epoch = t->losses;
		node_clear(n, NODE_LOST);
	} else if ((n = begin_found(t, e, e->task.pid))) {
		n->flags |= NODE_THREAD;
		memcpy(n->comm, e->comm, COMM_LEN);
	}
}

/* What a process was found to run. */
static void
note_program(struct tree *t, struct node *n, const struct event *e, bool root)
{
	bool known = e->args.state != ARGS_NONE;

	if (known && !has_args(t, n, e))
		node_add_exec(t, n, e);
	/* The command of a recording: forked before, and still a copy. */
	if (root && !(n->flags & NODE_COARSE))
		node_clear(n, NODE_CALLED);
	else if (!known && n->exec && memcmp(n->comm, e->comm, COMM_LEN) != 0)
		node_forget_exec(n); /* its exec was lost */
	memcpy(n->comm, e->comm, COMM_LEN);
}

static void
note_process(struct tree *t, const struct event *e)
{
	struct node *n = node_last(t, e->tid);
	bool root = false;

	if (n && !node_is_near(n, e->task.start))
		n = NULL;
	if (n && n->flags & NODE_ENDED)
		return; /* a zombie still */
	if (!n) {
		n = begin_found(t, e, e->task.ppid);
		if (!n)
			return;
		if (e->task.ppid == PPID_UNKNOWN) /* seen only as a parent */
			n->flags |= NODE_UNKNOWN;
		if (e->tid == t->choose) {
			n->flags |= NODE_CHOSEN;
			t->choose = 0;
			root = true;
		}
	}
	node_clear(n, NODE_LOST);
	n->epoch = t->losses;
	note_program(t, n, e, root);
	if (e->found.state == FOUND_ZOMBIE)
		n->flags |= NODE_ZOMBIE;
}

/* ---- forks ---- */

/* The PID counter begins anew: a much smaller number than the last.  Not just a
 * smaller one, because forks overtake each other. */
static void
count_wraparounds(struct tree *t, int tid)
{
	int span = t->max_tid - RESERVED_PIDS;

	if (span >= WRAPAROUND_SPAN && t->last_tid - tid > span / 2)
		t->counts.wraparounds++;
	t->last_tid = tid;
	if (tid > t->max_tid)
		t->max_tid = tid;
}

/* The new task of that number gets no node; the one before it has ended. */
static void
leave_out(struct tree *t, int tid)
{
	struct node *n = node_living(t, tid);

	if (n)
		n->flags |= NODE_LOST;
}

/* The node under which a new process of p belongs: p, or with CLONE_PARENT the
 * parent of p; if that has ended, no event has the parent the kernel chose. */
static uint32_t
forked_under(const struct tree *t, const struct node *p, const struct event *e)
{
	uint32_t i = tree_find(t, p->tid), above;

	if (e->fork.flags == FLAG_UNKNOWN || !(e->fork.flags & FLAG_PARENT) ||
	    e->tid != e->task.pid)
		return i;
	above = tree_parent(t, i);
	if (!above && e->task.ppid == PPID_UNKNOWN && !t->chosen)
		return 0; /* it is not known, but it is not p */
	if (above && tree_node(t, above)->tid == e->task.ppid &&
	    !(tree_node(t, above)->flags & NODE_ENDED))
		return above;
	return i;
}

/* What a fork by p (NULL: not known) shows of the new node n. */
static void
begin_forked(
    struct tree *t, struct node *n, struct node *p, const struct event *e)
{
	n->start = e->ts;
	node_clear(n, NODE_BEFORE | NODE_COARSE | NODE_PENDING | NODE_REPAIRED);
	n->parent = 0;
	n->ppid = e->task.ppid;
	memcpy(n->comm, e->comm, COMM_LEN);
	if (e->task.inside || e->tid == t->choose)
		n->flags |= NODE_CHOSEN;
	if (e->tid == t->choose)
		t->choose = 0;
	if (e->tid != e->task.pid)
		n->flags |= NODE_THREAD;
	if (!p && t->losses)
		n->flags |= NODE_ORPHAN;
	if (!p)
		return;
	n->parent = forked_under(t, p, e);
	if (!n->parent && t->losses)
		n->flags |= NODE_ORPHAN;
	n->flags |= p->flags & NODE_CHOSEN;
	if (p->flags & NODE_UNKNOWN) /* a process, or a thread of one */
		n->flags |= p->flags & NODE_ORPHAN;
	/* It may have been listed, with what it ran later. */
	if (e->tid == e->task.pid && !(n->flags & NODE_CALLED))
		n->exec = p->exec;
}

static void
note_fork(struct tree *t, const struct event *e)
{
	bool thread = e->tid != e->task.pid, listed;
	struct node *p = node_living(t, e->task.forker);
	struct node *n = node_living(t, e->tid);

	if (t->chosen && !e->task.inside && e->tid != t->choose &&
	    !(p && p->flags & NODE_CHOSEN)) {
		if (e->task.ppid == PPID_UNKNOWN && t->losses)
			t->counts.strangers++;
		leave_out(t, e->tid);
		return;
	}
	count_wraparounds(t, e->tid);
	listed = n && node_is_near(n, e->ts); /* before its event was read */
	if (p && p->start > e->ts) {	      /* its successor, listed early */
		if (!thread && !listed && (n = node_begin(t, e->tid)))
			begin_forked(t, n, NULL, e);
		return;
	}
	if (!p && (!t->chosen || t->losses))
		p = node_begin_unknown(t, e->task.forker);
	listed = listed && n->flags & NODE_PENDING;
	if (p && thread && !(listed && t->threads))
		p->threads++;
	if (thread && !t->threads) {
		leave_out(t, e->tid);
		return;
	}
	if (!listed)
		n = node_begin(t, e->tid);
	if (n)
		begin_forked(t, n, p, e);
}

/* ---- execs ---- */

/* What the process was found to run is this exec: it was listed before the
 * event was read. */
static bool
is_found(struct tree *t, struct node *n, const struct event *e)
{
	struct tree_exec *x;

	if (!(n->flags & NODE_CALLED))
		return false;
	x = tree_exec(t, n->exec);
	if (x->ts)
		return false;
	/* It is also if nothing else was seen of it. */
	if (e->args.state == ARGS_NONE && strcmp(n->comm, e->comm) == 0) {
		x->ts = e->ts;
		return true;
	}
	if (!has_args(t, n, e))
		return false;
	x->ts = e->ts;
	x->cmdline = cmdline_table_add(&t->cmdlines, e);
	if (x->cmdline == UINT32_MAX)
		t->failed = true;
	return true;
}

static void
note_exec(struct tree *t, const struct event *e)
{
	struct node *n = node_living(t, e->task.pid), *old;

	if (t->chosen && !e->task.inside && !(n && n->flags & NODE_CHOSEN))
		return;
	if (!n && !(n = node_begin_unknown(t, e->task.pid)))
		return;
	if (e->exec.old_tid != e->tid &&
	    (old = node_living(t, e->exec.old_tid)) &&
	    old->flags & NODE_THREAD) {
		old->flags |= NODE_ENDED;
		old->end = e->ts;
	}
	node_clear(n, NODE_ZOMBIE);
	if (!is_found(t, n, e))
		node_add_exec(t, n, e);
	if (e->comm[0])
		memcpy(n->comm, e->comm, COMM_LEN);
}

/* ---- ends ---- */

/* Node 0 if there is none. */
static struct node *
parent_of(const struct tree *t, const struct node *n)
{
	return tree_node(t, tree_parent(t, tree_find(t, n->tid)));
}

static void
end_node(struct node *n, const struct event *e)
{
	n->flags |= NODE_ENDED;
	n->end = e->ts;
	n->code = e->task.code;
	if (e->comm[0])
		memcpy(n->comm, e->comm, COMM_LEN);
	n->usage = e->usage;
}

/* A thread, or a task of which only the number is known. */
static void
note_exit(struct tree *t, const struct event *e)
{
	struct node *n = node_living(t, e->tid);

	if (!n ||
	    (e->task.pid ? !(n->flags & NODE_THREAD) :
			   !(n->flags & NODE_UNKNOWN)))
		return;
	end_node(n, e);
	if (!e->task.pid)
		n->code = CODE_UNKNOWN;
}

static void
note_end(struct tree *t, const struct event *e)
{
	struct node *n = node_living(t, e->task.pid);

	if (!n || n->flags & NODE_THREAD)
		return;
	/* In a gap: an exec may be lost on a CPU that did not report its end.
	 */
	if (e->ts <= t->until &&
	    !(n->flags & NODE_CALLED &&
		memcmp(n->comm, e->comm, COMM_LEN) == 0))
		node_forget_exec(n);
	end_node(n, e);
	n->by = e->by; /* a signal ends the process, not a thread */
	if (!t->losses)
		parent_of(t, n)->zombies++;
}

/* What wait(2) returned, which may also be of a child that was stopped.  After
 * a loss it is not known who has ended. */
static void
note_wait(struct tree *t, const struct event *e)
{
	struct node *p = node_living(t, e->task.pid);
	struct node *n = node_last(t, e->waited);

	if (!p || t->losses)
		return;
	if (!n || n->flags & NODE_THREAD || n->waited || parent_of(t, n) != p)
		p->flags |= NODE_STRANGE;
	else if (n->flags & NODE_ENDED) {
		if (--p->zombies == 0)
			p->flags |= NODE_TRUSTED;
		n->waited = e->ts;
	}
}

void
tree_apply(struct tree *t, const struct event *e)
{
	t->untimed |= e->untimed;
	switch (e->type) {
	case EVENT_TASK:
		if (e->tid == e->task.pid)
			note_process(t, e);
		else
			note_thread(t, e);
		break;
	case EVENT_FORK:
		note_fork(t, e);
		break;
	case EVENT_EXEC:
		note_exec(t, e);
		break;
	case EVENT_EXIT:
		note_exit(t, e);
		break;
	case EVENT_END:
		note_end(t, e);
		break;
	case EVENT_WAIT:
		note_wait(t, e);
		break;
	case EVENT_LOST:
		t->losses++;
		if (e->lost.until > t->until)
			t->until = e->lost.until;
		break;
	default:
		break;
	}
}
