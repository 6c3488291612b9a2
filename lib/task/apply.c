/* What each event does to the task table, and what the table adds to it. */
#include <string.h>

#include "kernel/start_time.h"
#include "task/table.h"

/* Keep what an event says of the program. */
static int
keep(struct task *p, const struct event *e)
{
	program_release(p->program);
	p->program = program_new(e);
	p->own = true;
	return p->program ? 0 : -1;
}

static void
tasks_report(const struct tasks *t, const struct event *e)
{
	if (t->seen)
		t->seen(t->seen_arg, e);
}

/* A task that was known already, and still lives after a loss. */
static int
apply_known(
    struct tasks *t, struct task *p, struct task *leader, const struct event *e)
{
	p->epoch = t->epoch;
	task_rename(t, p, e->comm, UINT64_MAX);
	task_seek_parent(t, p);
	if (leader) {
		leader->threads++;
		return 0;
	}
	p->counted = t->epoch; /* its threads follow */
	p->headless = e->found.state != FOUND_ALIVE;
	p->threads = !p->headless;
	p->found = e->ts;
	return t->keep ? keep(p, e) : 0;
}

static struct task *
apply_new(struct tasks *t, struct task *leader, const struct event *e)
{
	struct task *p = task_add(t, e->tid, e->found.pid, e->found.ppid);

	if (!p)
		return NULL;
	p->start = e->found.start;
	p->perhaps = e->found.perhaps;
	p->coarse = e->found.start % USER_TICK_NS == 0;
	p->usage.known = !p->coarse; /* it may have had threads that ended */
	p->headless = e->found.state != FOUND_ALIVE;
	p->threads = !p->headless;
	p->found = e->ts;
	memcpy(p->comm, e->comm, COMM_LEN);
	if (p->tid == p->pid && task_descend_listed(t, p) != 0)
		return NULL;
	task_rename(t, p, e->comm, UINT64_MAX);
	if (t->keep && e->args.state != ARGS_NONE && keep(p, e) != 0)
		return NULL;
	if (leader) {
		leader->threads++;
		leader->status.many = true;
	} else /* its fork was lost */
		leader = tasks_find(t, e->found.ppid);
	p->inside = leader && leader->inside;
	return p;
}

static int
apply_task(struct tasks *t, const struct event *e)
{
	struct task *p = tasks_find(t, e->tid);
	struct task *leader = e->tid == e->found.pid ?
	    NULL :
	    tasks_find(t, e->found.pid);
	bool again = p && proc_same_start(p->start, e->found.start);
	struct event now = *e;

	if (p && p->epoch == t->epoch)
		return 0;
	if (again && apply_known(t, p, leader, e) != 0)
		return -1;
	if (!again && !(p = apply_new(t, leader, e)))
		return -1;
	now.task = (struct event_task){ .pid = e->found.pid,
		.ppid = e->found.ppid,
		.start = e->found.start,
		.coarse = e->found.rough || e->found.start % USER_TICK_NS == 0,
		.inside = p->inside,
		.again = again };
	tasks_report(t, &now);
	return 0;
}

/*
 * Events were lost: the number may belong to another process by now.  Ask
 * /proc, which can only show a process that lives, and believe it if that
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
	    now.found.start > ts || apply_task(t, &now) != 0)
		return NULL;
	p = tasks_find(t, tid);
	/* Its threads were not counted. */
	p->counted = t->epoch - 1;
	p->threads = threads;
	return p;
}

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
	    proc_same_start(now.found.start, e->ts))
		return now.found.pid != now.tid;
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

/* Whom a new process comes from, of a fork by a thread of leader. */
static struct lineage *
parent_of(const struct event *e, const struct task *leader)
{
	if (!leader || !leader->lineage)
		return NULL;
	return e->task.ppid == leader->pid ? leader->lineage :
					     leader->lineage->parent;
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

static int
apply_fork(struct tasks *t, struct event *e)
{
	bool thread = is_thread(t, e);
	bool sibling = e->fork.flags != FLAG_UNKNOWN &&
	    (e->fork.flags & FLAG_PARENT);
	struct task *parent = verify(t, e->fork.parent, e->ts), *leader;
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

/* Before Linux 3.4 no event has the thread that executed a program, and it has
 * no exit: all but p itself are gone, and those that were found later. */
static void
remove_threads(struct tasks *t, const struct task *p, uint64_t ts)
{
	int pid = p->pid;

	for (size_t i = 0; i < t->buckets; i++)
		for (struct task *q = t->bucket[i], *next; q; q = next) {
			next = q->next;
			if (q->pid == pid && q->tid != pid && q != p &&
			    q->found <= ts)
				task_remove(t, q->tid);
		}
}

static int
apply_exec(struct tasks *t, struct event *e)
{
	int old = e->exec.old_tid;
	bool counted = old != e->tid && tasks_find(t, old);
	struct task *p;
	uint64_t sent;

	/* A thread took the process over; its own number is free. */
	if (old != e->tid && old > 0) {
		if (t->cgroup)
			t->cgroup->exec(
			    t, tasks_find(t, e->tid), tasks_find(t, old));
		task_remove(t, old);
	}
	p = verify(t, e->tid, e->ts);
	task_describe(t, e, p, p);
	e->task.pid = e->tid;
	if (!p)
		return 0;
	p->cgroup.put = p->cgroup.unproven = false;
	if (!old && (p->threads > 1 || p->headless))
		remove_threads(t, p, e->ts);
	if (e->ts >= p->found) {
		p->threads = 1;
		p->headless = false;
	} else if (counted) /* the others were counted after it */
		p->threads--;
	p->perhaps = false;
	p->usage.maxrss = 0; /* that was of another memory */
	sent = p->status.sent;
	status_init(&p->status);
	p->status.sent = sent; /* what is pending stays so */
	killer_exec(&p->killer, old, e->tid);
	if (e->comm[0])
		memcpy(p->comm, e->comm, COMM_LEN);
	if (e->comm[0] || !t->names)
		task_rename(t, p, e->comm, e->ts);
	if (p->lineage)
		p->lineage->perhaps = false;
	return t->keep ? keep(p, e) : 0;
}

/* What /proc says of a cgroup was looked up for a task that is known. */
static void
apply_cgroup(struct tasks *t, struct event *e)
{
	struct task *p = e->cgroup.how == CGROUP_READ || !e->tid ?
	    tasks_find(t, e->tid) :
	    verify(t, e->tid, e->ts);

	task_describe(t, e, p, task_leader(t, p));
	if (t->cgroup)
		t->cgroup->apply(t, e, p);
}

/* The thread that called stays what it was. */
static void
apply_execfail(struct tasks *t, struct event *e)
{
	struct task *p = verify(t, e->tid, e->ts);

	task_describe(t, e, p, task_leader(t, p));
	if (p && !e->comm[0])
		memcpy(e->comm, p->comm, COMM_LEN);
}

static void
apply_rename(struct tasks *t, struct event *e)
{
	struct task *p = tasks_find(t, e->tid);

	if (!p || p->epoch != t->epoch || p->start > e->ts)
		return;
	task_describe(t, e, p, task_leader(t, p));
	task_rename(t, p, e->comm, e->ts);
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
		apply_execfail(t, e);
		return 0;
	case EVENT_RENAME:
		apply_rename(t, e);
		return 0;
	case EVENT_CGROUP:
		apply_cgroup(t, e);
		return 0;
	case EVENT_STATUS:
		task_status(t, e);
		return 0;
	case EVENT_EXIT:
		task_exit(t, e);
		return 0;
	case EVENT_LOST:
		t->epoch++;
		if (e->lost.until > t->until)
			t->until = e->lost.until;
		tasks_forget_names(t);
		return 0;
	default:
		return 0; /* an end, which the table made */
	}
}

int
tasks_apply(struct tasks *t, struct event *e)
{
	program_release(t->dead_program);
	t->dead_program = NULL;
	lineage_release(t->dead_lineage);
	t->dead_lineage = NULL;
	if (t->cgroup)
		t->cgroup->release(&t->cgroups, t->shown);
	t->shown = NULL;
	t->end.type = 0;
	if (t->users)
		t->users->before(t, e);
	if (e->type == EVENT_TASK) {
		if (apply_task(t, e) != 0)
			return -1;
	} else {
		if (e->type != EVENT_CGROUP && e->type != EVENT_USER)
			tasks_join(t); /* all are listed */
		if (apply(t, e) != 0)
			return -1;
	}
	if (t->users)
		t->users->after(t, e);
	if (e->type == EVENT_TASK)
		return 0;
	tasks_report(t, e);
	if (t->end.type)
		tasks_report(t, &t->end);
	return 0;
}
