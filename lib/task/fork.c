/* A new task: whose it is, what it shares, and its ancestors. */
#include <string.h>

#include "kernel/start_time.h"
#include "task/table.h"

/* Is the new task a thread?  Without clone_flags: is it one in /proc, or was it
 * when this was recorded? */
static bool
is_thread(const struct tasks *t, const struct event *e)
{
	const struct task *p = tasks_find(t, e->tid);
	struct event now;

	if (e->fork.flags != FLAG_UNKNOWN)
		return e->fork.flags & FLAG_THREAD;
	if (t->look && t->look(t->look_arg, e->tid, &now) == 0 &&
	    proc_same_start(now.found.start, e->ts)) {
		if (t->found)
			t->found(t->look_arg, &now);
		return now.found.pid != now.tid;
	}
	return p && p->pid != p->tid && proc_same_start(p->start, e->ts);
}

/* The new task, if it was listed in /proc before its event was read; its
 * threads, or itself as one, were counted then.  Else NULL. */
static struct task *
find_listed(const struct tasks *t, const struct event *e, bool thread)
{
	struct task *p = tasks_find(t, e->tid);

	if (!p || !p->coarse || p->epoch != t->epoch ||
	    !proc_same_start(p->start, e->ts) || (p->tid != p->pid) != thread)
		return NULL;
	return p;
}

/* A new task that shares the program of leader, which may be NULL. */
static struct task *
add_forked(struct tasks *t, const struct event *e, const struct task *leader)
{
	struct program *program = leader ? program_share(leader->program) :
					   NULL;
	struct task *n = task_add(t, e->tid, e->task.pid, e->task.ppid);

	if (n)
		n->program = program;
	else
		program_release(program);
	return n;
}

/* The ancestors of a new process that a thread of leader forked. */
static struct lineage *
parent_of(const struct event *e, const struct task *leader)
{
	if (!leader || !leader->lineage)
		return NULL;
	if (e->task.ppid == leader->pid)
		return leader->lineage;
	/* Beyond a gap there is another ancestor, not the parent. */
	return leader->lineage->gap ? NULL : leader->lineage->parent;
}

/* Put the new task into the table.  The number may have been that of the task
 * that forked, or of its leader: these ended unseen, and become NULL. */
static struct task *
replace_forked(struct tasks *t, const struct event *e, bool thread,
    struct task **parent, struct task **leader)
{
	bool forked = *parent && (*parent)->tid == e->tid;
	bool led = *leader && (*leader)->tid == e->tid;
	struct task *n = add_forked(t, e, thread ? NULL : *leader);

	if (forked)
		*parent = NULL;
	if (led)
		*leader = NULL;
	return n;
}

static void
set_forked(struct task *n, const struct event *e)
{
	n->pid = e->task.pid;
	n->ppid = e->task.ppid;
	n->ppid_perhaps = e->task.perhaps;
	n->coarse = false;
	n->usage.known = true;
	n->start = e->ts;
	n->inside = e->task.inside;
	memcpy(n->comm, e->comm, COMM_LEN);
}

int
task_fork(struct tasks *t, struct event *e)
{
	bool thread = is_thread(t, e);
	bool sibling = e->fork.flags != FLAG_UNKNOWN &&
	    (e->fork.flags & FLAG_PARENT);
	struct task *parent = task_verify(t, e->fork.parent, e->ts), *leader;
	struct task *n = find_listed(t, e, thread);
	struct lineage *up;
	int forker;

	if (n && thread && !parent)
		parent = task_leader(
		    t, n); /* any task of its process will do */
	leader = task_leader(t, parent);
	forker = parent ? parent->pid :
			  0; /* 0: a thread, of what is not known */
	e->task.pid = thread ? forker : e->tid;
	e->task.ppid = PPID_UNKNOWN;
	if (forker && !thread && !sibling) {
		e->task.ppid = forker;
		e->task.perhaps = parent->perhaps;
	} else if (leader) {
		e->task.ppid = leader->ppid;
		e->task.perhaps = leader->ppid_perhaps;
	}
	e->task.forker = forker ? forker : e->fork.parent;
	e->task.inside = parent && parent->inside;
	if (thread && leader) {
		leader->threads += n ? 0 : 1;
		leader->status.many = true;
	}
	up = lineage_share(parent_of(e, leader));
	if (!n)
		n = replace_forked(t, e, thread, &parent, &leader);
	if (n)
		set_forked(n, e);
	if (!n || (n->tid == n->pid && task_descend(t, n, up) != 0)) {
		lineage_release(up);
		return -1;
	}
	lineage_release(up);
	task_rename(t, n, e->comm, e->ts);
	/* It has the name of the one that forked it. */
	if (parent && !t->names)
		task_rename(t, parent, e->comm, e->ts);
	e->task.lineage = thread && leader ? leader->lineage : n->lineage;
	if (t->cgroup)
		t->cgroup->fork(t, e, n, parent);
	return 0;
}
