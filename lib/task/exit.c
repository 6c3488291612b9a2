/* The end of a task, and of the process whose last thread it was. */
#include <string.h>

#include "events/usage.h"
#include "task/table.h"

void
task_status(struct tasks *t, struct event *e)
{
	struct task *p = tasks_find(t, e->tid), *leader = task_leader(t, p);

	if (!leader || p->epoch != t->epoch)
		return;
	task_describe(t, e, p, leader);
	sender_hint(t, e, p, leader);
	if (e->status.hint >= HINT_OOM ||
	    (e->status.sender_only && e->status.hint >= HINT_SENT))
		return;
	exit_hint(&p->status, &leader->status, &e->status, t->have_group_exit);
}

/* Events were lost while it had threads, or are in the gap of another CPU: how
 * they ended and what they used is not certain. */
static bool
is_lossy(const struct tasks *t, const struct task *leader, uint64_t ts)
{
	return leader->born != t->epoch || ts <= t->until;
}

static int
end_code(const struct tasks *t, const struct event *e, struct task *leader)
{
	const struct status *s = &leader->status;

	if (e->exit.has_status)
		return e->exit.process_code;
	if (is_lossy(t, leader, e->ts) &&
	    (s->group ? s->group_inferred : s->many))
		return CODE_UNKNOWN;
	return status_end(s, e->tid == leader->tid);
}

/* Who sent the signal of a wait status; of a recording, what it has. */
static struct event_by
by_of(const struct tasks *t, const struct event *e, const struct task *leader,
    int code)
{
	if (e->exit.has_status && code != CODE_UNKNOWN && (code & 0x7f))
		return e->by;
	if (e->exit.has_status || e->ts <= t->until)
		return (struct event_by){ .why = BY_UNKNOWN };
	return killer_of(&leader->killer, code, t->epoch);
}

/* Make the end of a process from the exit of its last thread. */
static void
make_end(struct tasks *t, const struct event *e, struct task *leader)
{
	t->end = (struct event){ .type = EVENT_END,
		.ts = e->ts,
		.untimed = e->untimed,
		.cpu = e->cpu,
		.tid = leader->tid,
		.usage = leader->usage,
		.task = { .pid = leader->pid,
		    .ppid = leader->ppid,
		    .perhaps = leader->ppid_perhaps,
		    .start = leader->start,
		    .coarse = leader->coarse,
		    .inside = leader->inside,
		    .lineage = leader->lineage,
		    .cgroup = e->task.cgroup,
		    .last = 1,
		    .code = end_code(t, e, leader) } };
	if (is_lossy(t, leader, e->ts))
		t->end.usage.known = false;
	t->end.by = by_of(t, e, leader, t->end.task.code);
	memcpy(t->end.comm, leader->comm, COMM_LEN);
	if (leader->own || e->ts > t->until) /* else an exec may be lost */
		t->dead_program = program_share(leader->program);
	program_get(t->dead_program, &t->end);
}

/* A thread of a process that is known ends. */
static void
leave(struct tasks *t, struct event *e, struct task *p, struct task *leader)
{
	/* The state of the first thread was found after that exit. */
	bool later = p == leader && e->ts < p->found;

	if (!later && !(p == leader && p->headless))
		leader->threads--;
	if (p == leader) { /* its name now is the one that counts */
		if (!later)
			leader->headless = true;
		if (memcmp(p->comm, e->comm, COMM_LEN) != 0)
			p->own = false;
		memcpy(p->comm, e->comm, COMM_LEN);
		task_rename(t, p, e->comm, e->ts);
	}
	status_exit(&p->status, &leader->status, e, e->tid == e->task.pid);
	usage_add(&leader->usage, &e->usage);
	if (e->exit.has_status || leader->counted != t->epoch)
		return;
	/* The thread that was last to decide need not be the last one to
	 * report it. */
	if (e->task.last == 1)
		leader->ending = true;
	if (leader->ending || e->task.last < 0)
		e->task.last = leader->threads <= 0;
}

void
task_exit(struct tasks *t, struct event *e)
{
	struct task *p = tasks_find(t, e->tid), *leader;
	bool early = p && p->start > e->ts; /* the successor, listed early */

	if (early || (p && p->epoch != t->epoch)) /* may be the predecessor */
		p = NULL;
	leader = task_leader(t, p);
	task_describe(t, e, p, leader);
	if (!e->exit.has_status)
		usage_bound(&e->usage, &e->exit, e->ts, p ? p->start : 0,
		    p && p->coarse);
	/* If it was ending already when it was moved, it was not. */
	if (leader && leader->cgroup.unproven)
		e->task.cgroup = NULL;
	e->task.last = e->exit.group_dead;
	e->task.code = e->exit.code;
	if (p) {
		e->task.start = p->start;
		e->task.coarse = p->coarse;
	}
	if (leader) {
		t->dead_lineage = lineage_share(leader->lineage);
		leave(t, e, p, leader);
		if (e->task.last == 1)
			make_end(t, e, leader);
		e->by = by_of(t, e, leader, e->task.code);
		killer_left(&leader->killer, e->tid, e->task.code);
		sender_gone(t, e);
	}
	if (e->task.last == 1 && p)
		task_remove(t, p->pid);
	if (e->tid != e->task.pid && !early)
		task_remove(t, e->tid);
}

void
tasks_conclude(
    const struct tasks *t, const struct event *applied, struct event *read)
{
	read->exit.group_dead = applied->task.last;
	read->exit.code = applied->task.code;
	read->exit.process_code = t->end.type ? t->end.task.code : CODE_UNKNOWN;
	read->exit.has_status = true;
	read->by = t->end.type ? t->end.by : applied->by;
	read->usage = applied->usage;
}
