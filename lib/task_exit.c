#include "task_exit.h"

#include <string.h>

#include "usage.h"

int
task_status(struct tasks *t, struct event *e)
{
	struct task *p = tasks_find(t, e->tid), *leader = task_leader(t, p);

	if (!leader || p->epoch != t->epoch)
		return 0;
	e->pid = p->pid;
	e->inside = p->inside;
	status_sign(&p->status, &leader->status, e, t->groups);
	return 0;
}

/* Events were lost while it had threads, or are in the gap of another CPU: how
 * they ended and what they used is not certain. */
static bool
is_lossy(const struct tasks *t, const struct task *leader, uint64_t ts)
{
	return leader->born != t->epoch || ts <= t->until;
}

/* The end of a process, by the exit of its last thread. */
static void
end(struct tasks *t, const struct event *e, struct task *leader)
{
	t->end = (struct event){ .type = EVENT_END,
		.ts = e->ts,
		.cpu = e->cpu,
		.tid = leader->tid,
		.pid = leader->pid,
		.ppid = leader->ppid,
		.start = leader->start,
		.coarse = leader->coarse,
		.inside = leader->inside,
		.group_dead = 1,
		.code = status_end(&leader->status, e->tid == leader->tid),
		.usage = leader->usage };
	if (is_lossy(t, leader, e->ts)) {
		t->end.usage.known = false;
		if (leader->status.group ? leader->status.group_inferred :
					   leader->status.many)
			t->end.code = CODE_UNKNOWN;
	}
	if (e->told)
		t->end.code = e->process_code;
	memcpy(t->end.comm, leader->comm, COMM_LEN);
	if (leader->own || e->ts > t->until) /* else an exec may be lost */
		t->ended = kept_share(leader->kept);
	kept_lend(t->ended, &t->end);
}

/* Nothing is known of who ended. */
static int
unknown(struct event *e)
{
	e->pid = 0;
	e->ppid = PPID_UNKNOWN;
	e->start = 0;
	return 0;
}

int
task_exit(struct tasks *t, struct event *e)
{
	struct task *p = tasks_find(t, e->tid), *leader = task_leader(t, p);

	if (p && p->start > e->ts)
		return unknown(e); /* its predecessor's: it was listed early */
	if (p && p->epoch != t->epoch)
		p = leader = NULL; /* may be its predecessor */
	e->pid = p ? p->pid : 0;
	e->ppid = leader ? leader->ppid : PPID_UNKNOWN;
	e->start = p ? p->start : 0;
	e->coarse = p && p->coarse;
	e->inside = p && p->inside;
	if (leader) {
		/* What was found of the first thread was after that. */
		if (p != leader || (e->ts >= p->found && !p->gone))
			leader->threads--;
		leader->gone |= p == leader && e->ts >= p->found;
		if (p == leader) { /* its name now is the one that counts */
			p->own &= memcmp(p->comm, e->comm, COMM_LEN) == 0;
			memcpy(p->comm, e->comm, COMM_LEN);
		}
		status_exit(&p->status, &leader->status, e, e->tid == e->pid);
		usage_add(&leader->usage, &e->usage);
	}
	/* The one that was last to decide need not be the last one to tell. */
	if (leader && !e->told && leader->counted == t->epoch) {
		leader->ending |= e->group_dead == 1;
		if (leader->ending)
			e->group_dead = leader->threads <= 0;
	}
	if (e->group_dead < 0 && !e->told && leader &&
	    leader->counted == t->epoch)
		e->group_dead = leader->threads <= 0;
	if (e->group_dead == 1 && leader)
		end(t, e, leader);
	if (e->group_dead == 1 && p)
		task_drop(t, p->pid);
	if (e->tid != e->pid)
		task_drop(t, e->tid);
	return 0;
}

void
tasks_tell(
    const struct tasks *t, const struct event *applied, struct event *raw)
{
	raw->group_dead = applied->group_dead;
	raw->code = applied->code;
	raw->process_code = t->end.type ? t->end.code : CODE_UNKNOWN;
	raw->told = true;
}
