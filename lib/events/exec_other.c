/* Kernel events that are no part of an exec, and what they say of one. */
#include <string.h>

#include "events/exec_assembler.h"
#include "events/exec_node.h"

/*
 * What follows a gap may belong to another exec of the same thread, and so may
 * what /proc said: nothing is joined across it.
 */
static void
cross_gap(struct exec_assembler *a)
{
	memset(a->renamed, 0, sizeof a->renamed);
	memset(a->cloned, 0, sizeof a->cloned);
	memset(a->left, 0, sizeof a->left);
	/* The path still to come may be lost, and the next one of another exec.
	 */
	if (a->part_pending && a->order == EXEC_PATH_LAST)
		memset(a->part_pending, 0, EXEC_TIDS / 8);
	if (a->calling) {
		memset(a->calling, 0, EXEC_TIDS / 8);
		memset(a->overdue, 0, EXEC_TIDS / 8);
	}
	call_forget_all(a);
	for (struct exec_node *n = a->head; n; n = n->next) {
		node_forget_sample(n);
		/* The fork of a task with its number may be lost. */
		n->discarded |= n->renamed;
		if (!n->is_exec || !n->open)
			continue;
		/* Where the path comes last, what is left of the exec begins a
		 * record of its own; if nothing is, the loss was reported. */
		node_close(a, n, GONE);
		n->discarded |= a->order == EXEC_PATH_LAST;
	}
}

/* A hint of how a task will end. */
static void
make_status(
    const struct exec_assembler *a, struct event *e, const struct raw_event *k)
{
	static const enum exit_hint hints[] = { [RAW_CODE] = HINT_CODE,
		[RAW_GROUP] = HINT_GROUP,
		[RAW_CALL_EXIT] = HINT_EXIT,
		[RAW_CALL_GROUP] = HINT_EXIT_GROUP,
		[RAW_SENT] = HINT_SENT,
		[RAW_OOM] = HINT_OOM,
		[RAW_OOM_BEGIN] = HINT_OOM_BEGIN,
		[RAW_OOM_END] = HINT_OOM_END,
		[RAW_DELIVERED] = HINT_DELIVERED };
	struct event_status s = { .hint = hints[k->kind],
		.code = (int)k->ret,
		.sender_only = a->sender_only,
		.sender = k->tid };

	if (s.hint == HINT_EXIT || s.hint == HINT_EXIT_GROUP)
		s.code = (s.code & 0xff) << 8;
	/* A kernel thread may end with an errno, which is no status. */
	if (s.hint == HINT_CODE && (s.code < 0 || s.code > 0xffff))
		s.code = CODE_UNKNOWN;
	if (s.hint == HINT_DELIVERED && k->handled)
		s.hint = HINT_HANDLED;
	if (s.hint == HINT_SENT) {
		s.si_code = k->code;
		s.group = k->group;
		s.interrupt = k->interrupt;
		s.queued = k->queued;
	}
	e->type = EVENT_STATUS;
	e->status = s;
}

/* The exit of a thread, which then gives back its memory, if that comes later
 * (since Linux 6.15, do_exit(), kernel/exit.c), and leaves its CPU. */
static void
make_exit(
    struct exec_assembler *a, struct exec_node *n, const struct raw_event *k)
{
	struct event *e = &n->e;

	e->type = EVENT_EXIT;
	e->exit = EXIT_UNKNOWN;
	e->exit.group_dead = k->group_dead;
	if (a->awaits_left) {
		n->open = true;
		n->chain = a->leaving[node_bucket(e->tid)];
		a->leaving[node_bucket(e->tid)] = n;
	}
	call_forget(a, k->pid);
	tid_clear(a->part_pending, k->pid);
	tid_clear(a->overdue, k->pid);
	tid_mark(a->calling, k->pid);
}

static void
take_left(struct exec_assembler *a, const struct raw_event *k)
{
	struct exec_node *n = node_find(a->leaving, k->pid);
	unsigned b = (unsigned)k->cpu % EXEC_BUCKETS;

	a->left[b].cpu = k->cpu;
	a->left[b].tid = k->pid;
	a->left[b].next = k->next;
	if (n && n->open && !n->e.exit.left) {
		n->e.exit.left = k->ts;
		n->open = a->awaits_sum;
	}
}

/*
 * Just after the switch from a dead task, the next one hits a probe for it
 * (finish_task_switch(), kernel/sched/core.c): no other switch comes before,
 * and no other hit, which needs a system call.
 */
static void
take_sum(struct exec_assembler *a, const struct raw_event *k)
{
	unsigned b = (unsigned)k->cpu % EXEC_BUCKETS;
	int tid = a->left[b].tid;
	struct exec_node *n;

	if (!tid || a->left[b].cpu != k->cpu || a->left[b].next != k->tid)
		return;
	a->left[b].tid = 0;
	if (k->kind == RAW_TASK) {
		if (a->search)
			sum_take(a->search, tid, k->text, k->text_len);
		return;
	}
	n = node_find(a->leaving, tid);
	if (n && n->open) {
		n->e.exit.counted = k->sum;
		n->open = false;
	}
}

/* TRACE_CGROUP_PATH_LEN, kernel/cgroup/cgroup-internal.h: a path that is as
 * long as that may be longer. */
#define CGROUP_PATH_MAX 1024

static void
make_cgroup(struct exec_node *n, const struct raw_event *k)
{
	struct event *e = &n->e;

	e->type = EVENT_CGROUP;
	e->comm[0] = '\0'; /* that was the path */
	e->cgroup.hierarchy = (int)k->ret;
	e->cgroup.how = k->tid == k->pid ? CGROUP_ENTERED : CGROUP_PUT;
	if (k->kind == RAW_CGROUP_NAME) {
		e->tid = 0;
		e->cgroup.how = CGROUP_RENAMED;
	} else if (k->text_len > 0 && *k->text == '/' &&
	    k->text_len < CGROUP_PATH_MAX - 1) {
		node_path(n, k->text, k->text_len);
		e->path = n->bytes.failed ? NULL : n->bytes.data + n->path;
	}
}

/* The flags do_fork was called with, if a probe reported them; once. */
static uint64_t
call_flags(struct exec_assembler *a, int tid)
{
	unsigned b = node_bucket(tid);

	if (a->cloned[b].tid != tid)
		return FLAG_UNKNOWN;
	a->cloned[b].tid = 0;
	return a->cloned[b].flags;
}

static void
make_fork(struct exec_assembler *a, struct event *e, const struct raw_event *k)
{
	bool flags = k->kind == RAW_NEWTASK;

	e->type = EVENT_FORK;
	e->fork.parent = flags ? k->tid : k->parent;
	e->fork.flags = flags ? k->flags : call_flags(a, k->tid);
	/* What is known of that number was its predecessor's. */
	tid_clear(a->calling, k->pid);
	tid_clear(a->overdue, k->pid);
	node_close(a, node_find(a->bucket, k->pid), GONE);
	node_discard_samples(a, k->pid, k->ts);
	node_suspect_samples(a, k);
}

static void
make_event(
    struct exec_assembler *a, struct exec_node *n, const struct raw_event *k)
{
	struct event *e = &n->e;

	switch (k->kind) {
	case RAW_NEWTASK:
	case RAW_FORK:
		make_fork(a, e, k);
		break;
	case RAW_EXIT:
		make_exit(a, n, k);
		break;
	case RAW_CGROUP:
	case RAW_CGROUP_NAME:
		make_cgroup(n, k);
		break;
	case RAW_RENAME:
		e->type = EVENT_RENAME;
		break;
	case RAW_WAITED:
		e->type = EVENT_WAIT;
		e->waited = (int)k->ret;
		break;
	case RAW_CODE:
	case RAW_GROUP:
	case RAW_CALL_EXIT:
	case RAW_CALL_GROUP:
	case RAW_SENT:
	case RAW_OOM:
	case RAW_OOM_BEGIN:
	case RAW_OOM_END:
	case RAW_DELIVERED:
		make_status(a, e, k);
		break;
	default:
		e->type = EVENT_LOST;
		e->lost.count = k->lost;
		e->lost.until = k->until;
		cross_gap(a);
		if (k->cpu < 0) /* events were put back, in another order */
			a->stack_last = false;
	}
}

int
exec_change(struct exec_assembler *a, const struct raw_event *k,
    unsigned begins, unsigned ends)
{
	struct exec_node *n = node_new(a);

	if (!n)
		return -1;
	n->e = (struct event){ .type = EVENT_TRAIT,
		.ts = k->ts,
		.cpu = k->cpu,
		.tid = k->tid,
		.trait = { .begins = begins, .ends = ends } };
	node_enqueue(a, n);
	return 0;
}

/* What is seen of users changes traits, too: calls of another ABI, and of other
 * namespaces. */
static int
take_other(struct exec_assembler *a, const struct raw_event *k)
{
	if (k->kind == RAW_ID_OTHER)
		return exec_change(a, k, 0, TRAITS_CALLS & ~(1u << TRAIT_HOME));
	if (k->kind == RAW_MOVED)
		return exec_change(a, k, 0, TRAITS_CALLS | TRAITS_ALL);
	return 0;
}

int
exec_other(struct exec_assembler *a, const struct raw_event *k)
{
	unsigned set = (unsigned)k->place;
	struct exec_node *n;
	struct event *e;

	if ((k->kind == RAW_SENT || k->kind == RAW_DELIVERED) && k->ret == 17)
		return 0; /* SIGCHLD, where the event has no filter */
	if (k->kind == RAW_CHANGE)
		return exec_change(a, k, set & TRAIT_SET, set / TRAIT_ENDS);

	if (k->kind == RAW_LEFT) {
		take_left(a, k);
		return 0;
	}
	if (k->kind == RAW_SUM || k->kind == RAW_TASK) {
		take_sum(a, k);
		return 0;
	}
	if (a->traits && take_other(a, k) != 0)
		return -1;
	if (a->users && k->kind >= RAW_CRED && a->users->feed(a, k) != 0)
		return -1;
	if (k->kind >= RAW_CRED && k->kind < RAW_LOST)
		return 0;
	n = node_new(a);
	if (!n)
		return -1;
	e = &n->e;
	*e = (struct event){ .ts = k->ts, .cpu = k->cpu, .tid = k->pid };
	node_comm(e->comm, k);
	make_event(a, n, k);
	/* The thread went on: its exec is over.  But an interrupt in the middle
	 * of one may send a signal, and memory run out. */
	if (e->type != EVENT_LOST && k->kind != RAW_SENT &&
	    (k->kind < RAW_OOM || k->kind > RAW_OOM_END))
		node_close(a, node_find(a->bucket, k->tid),
		    e->type == EVENT_EXIT ? GONE : PRESENT);
	node_enqueue(a, n);
	return 0;
}
