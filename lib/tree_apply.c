/* What each event does to a tree. */
#include <string.h>

#include "proc.h"
#include "tasks.h"
#include "tree.h"
#include "tree_node.h"
#include "usage.h"

#define RESERVED_PIDS 300 /* kernel/pid.c: where the counter restarts */
#define ROLLOVER_SPAN 64  /* fewer pids than that tell nothing */

static uint16_t
found_flags(const struct tree *t, const struct event *e)
{
	return (uint16_t)(NODE_BEFORE | (t->losses ? NODE_REPAIRED : 0) |
	    (e->start % PROC_TICK && !e->coarse ? 0 : NODE_COARSE) |
	    (e->inside ? NODE_CHOSEN : 0));
}

/* Has the last exec of a node the arguments that an event tells? */
static bool
is_same(const struct tree *t, const struct node *n, const struct event *e)
{
	struct event last;

	tree_lend(t, n->exec, &last);
	return last.args.count == e->args.count &&
	    last.args.len == e->args.len &&
	    (!e->args.len ||
		memcmp(last.args.text, e->args.text, e->args.len) == 0);
}

/* Found in /proc: a thread is its process's, if it is one we know. */
static void
take_thread(struct tree *t, const struct event *e)
{
	uint32_t i;
	struct node *n, *p = node_living(t, e->pid);

	if (p && !e->again)
		p->threads++;
	if (p)
		p->flags &= (uint16_t)~NODE_ZOMBIE;
	i = t->threads ? tree_find(t, e->tid) : 0;
	n = i ? tree_node(t, i) : NULL;
	if (n && n->flags & NODE_THREAD && !(n->flags & NODE_ENDED) &&
	    node_is_near(n, e->start)) {
		n->epoch = t->losses;
		n->flags &= (uint16_t)~NODE_LOST;
	} else if (t->threads && (n = node_begin(t, e->tid))) {
		n->flags |= NODE_THREAD | NODE_PENDING | found_flags(t, e);
		n->start = e->start;
		n->ppid = e->pid;
		n->parent = t->losses;
		memcpy(n->comm, e->comm, COMM_LEN);
	}
}

static void
take_task(struct tree *t, const struct event *e)
{
	uint32_t i = tree_find(t, e->tid);
	struct node *n = i ? tree_node(t, i) : NULL;
	bool root = false;

	if (e->tid != e->pid) {
		take_thread(t, e);
		return;
	}
	if (n && node_is_near(n, e->start) && n->flags & NODE_ENDED)
		return; /* nobody waited for it yet */
	if (!n || !node_is_near(n, e->start)) {
		n = node_begin(t, e->tid);
		if (!n)
			return;
		n->flags |= NODE_PENDING | found_flags(t, e);
		n->start = e->start;
		n->ppid = e->ppid;
		n->parent = t->losses;
		if (e->ppid == PPID_UNKNOWN) /* only somebody's parent */
			n->flags |= NODE_UNKNOWN;
		if (e->tid == t->choose) {
			n->flags |= NODE_CHOSEN;
			t->choose = 0;
			root = true;
		}
	}
	n->flags &= (uint16_t)~NODE_LOST;
	n->epoch = t->losses;
	if (e->args.state != ARGS_NONE && !is_same(t, n, e))
		node_add_exec(t, n, e);
	/* The command of a recording: forked before, and still a copy. */
	if (root && !(n->flags & NODE_COARSE))
		n->flags &= (uint16_t)~NODE_CALLED;
	else if (e->args.state == ARGS_NONE && n->exec &&
	    memcmp(n->comm, e->comm, COMM_LEN) != 0) { /* its exec was lost */
		n->exec = 0;
		n->flags &= (uint16_t)~NODE_CALLED;
	}
	if (e->group_dead == 1)
		n->flags |= NODE_ZOMBIE;
	memcpy(n->comm, e->comm, COMM_LEN);
}

/* The counter of pids begins anew: a much smaller number than the last.  Not
 * just a smaller one, for forks overtake each other. */
static void
count_numbers(struct tree *t, int tid)
{
	int span = t->max_tid - RESERVED_PIDS;

	if (span >= ROLLOVER_SPAN && t->last_tid - tid > span / 2)
		t->counts.rollovers++;
	t->last_tid = tid;
	if (tid > t->max_tid)
		t->max_tid = tid;
}

/* Of another subtree than is asked for: forget who had that number. */
static void
pass_by(struct tree *t, int tid)
{
	struct node *n = node_living(t, tid);

	if (n)
		n->flags |= NODE_LOST;
}

/* The node a new process belongs under: who forked it, or with CLONE_PARENT the
 * parent of that one; if that has ended, the kernel's parent is not told. */
static uint32_t
parent_of(const struct tree *t, const struct node *p, const struct event *e)
{
	uint32_t i = tree_find(t, p->tid), above;

	if (e->flags == FLAG_UNKNOWN || !(e->flags & FLAG_PARENT) ||
	    e->tid != e->pid)
		return i;
	above = tree_parent(t, i);
	if (above && tree_node(t, above)->tid == e->ppid &&
	    !(tree_node(t, above)->flags & NODE_ENDED))
		return above;
	return i;
}

/* What a fork by p says of the new node n. */
static void
begin(struct tree *t, struct node *n, struct node *p, const struct event *e)
{
	n->start = e->ts;
	n->flags &= (uint16_t) ~(
	    NODE_BEFORE | NODE_COARSE | NODE_PENDING | NODE_REPAIRED);
	n->parent = 0;
	n->ppid = e->ppid;
	memcpy(n->comm, e->comm, COMM_LEN);
	if (e->inside || e->tid == t->choose)
		n->flags |= NODE_CHOSEN;
	if (e->tid == t->choose)
		t->choose = 0;
	if (e->tid != e->pid)
		n->flags |= NODE_THREAD;
	if (!p) {
		n->flags |= t->losses ? NODE_ORPHAN : 0;
		return;
	}
	n->parent = parent_of(t, p, e);
	n->flags |= p->flags & NODE_CHOSEN;
	if (p->flags & NODE_UNKNOWN) /* a process, or a thread of one */
		n->flags |= p->flags & NODE_ORPHAN;
	/* It may have been listed, with what it ran later. */
	if (e->tid == e->pid && !(n->flags & NODE_CALLED))
		n->exec = p->exec;
}

static void
take_fork(struct tree *t, const struct event *e)
{
	bool thread = e->tid != e->pid;
	struct node *p = node_living(t, e->forker), *n = node_living(t, e->tid);

	if (t->chosen && !e->inside && e->tid != t->choose &&
	    !(p && p->flags & NODE_CHOSEN)) {
		t->counts.strangers += e->ppid == PPID_UNKNOWN && t->losses;
		pass_by(t, e->tid);
		return;
	}
	count_numbers(t, e->tid);
	if (p && p->start > e->ts) { /* its successor, listed early */
		if (!thread && !(n && node_is_near(n, e->ts)) &&
		    (n = node_begin(t, e->tid)))
			begin(t, n, NULL, e);
		return;
	}
	if (!p && (!t->chosen || t->losses))
		p = node_begin_unknown(t, e->forker);
	if (p && thread)
		p->threads++;
	if (thread && !t->threads) {
		pass_by(t, e->tid);
		return;
	}
	/* Listed before its event was read. */
	if (n && (n->flags & NODE_PENDING) && node_is_near(n, e->ts)) {
		if (p)
			p->threads -= thread;
	} else
		n = node_begin(t, e->tid);
	if (n)
		begin(t, n, p, e);
}

/* What the process was found to run is this exec: it was listed before the
 * event was read. */
static bool
was_found(struct tree *t, struct node *n, const struct event *e)
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
	if (!is_same(t, n, e))
		return false;
	x->ts = e->ts;
	x->line = lines_add(&t->lines, e);
	t->failed |= x->line == UINT32_MAX;
	return true;
}

static void
take_exec(struct tree *t, const struct event *e)
{
	struct node *n = node_living(t, e->pid), *old;

	if (t->chosen && !e->inside && !(n && n->flags & NODE_CHOSEN))
		return;
	if (!n)
		n = node_begin_unknown(t, e->pid);
	if (!n)
		return;
	if (e->old_tid != e->tid && (old = node_living(t, e->old_tid)) &&
	    old->flags & NODE_THREAD) {
		old->flags |= NODE_ENDED;
		old->end = e->ts;
	}
	n->flags &= (uint16_t)~NODE_ZOMBIE;
	if (!was_found(t, n, e))
		node_add_exec(t, n, e);
	if (e->comm[0])
		memcpy(n->comm, e->comm, COMM_LEN);
}

static void
end(struct node *n, const struct event *e)
{
	n->flags |= NODE_ENDED;
	n->end = e->ts;
	n->code = e->code;
	if (e->comm[0])
		memcpy(n->comm, e->comm, COMM_LEN);
	if (!e->usage.known)
		return;
	n->flags |= NODE_USAGE;
	usage_cpu(&e->usage, &n->user, &n->system);
	n->maxrss = e->usage.maxrss;
	n->read = e->usage.read;
	n->write = e->usage.write;
}

/* A thread, or somebody of whom only the number is known. */
static void
take_exit(struct tree *t, const struct event *e)
{
	struct node *n = node_living(t, e->tid);

	if (!n ||
	    (e->pid ? !(n->flags & NODE_THREAD) : !(n->flags & NODE_UNKNOWN)))
		return;
	end(n, e);
	if (!e->pid)
		n->code = CODE_UNKNOWN;
}

static void
take_end(struct tree *t, const struct event *e)
{
	struct node *n = node_living(t, e->pid);

	if (!n || n->flags & NODE_THREAD)
		return;
	/* In a gap: an exec may be lost, by a CPU that did not tell its end. */
	if (e->ts <= t->until &&
	    !(n->flags & NODE_CALLED &&
		memcmp(n->comm, e->comm, COMM_LEN) == 0)) {
		n->exec = 0;
		n->flags &= (uint16_t)~NODE_CALLED;
	}
	end(n, e);
}

void
tree_apply(struct tree *t, const struct event *e)
{
	switch (e->type) {
	case EVENT_TASK:
		take_task(t, e);
		break;
	case EVENT_FORK:
		take_fork(t, e);
		break;
	case EVENT_EXEC:
		take_exec(t, e);
		break;
	case EVENT_EXIT:
		take_exit(t, e);
		break;
	case EVENT_END:
		take_end(t, e);
		break;
	case EVENT_LOST:
		t->losses++;
		if (e->until > t->until)
			t->until = e->until;
		break;
	default:
		break;
	}
}
