/* Who sent a signal: the task that ran becomes a process, and its name. */
#include <signal.h>
#include <string.h>

#include "task/table.h"

#define KTHREADD 2 /* the parent of the kernel's threads */
/* From the event of a victim to the signals to those that share its memory; and
 * from a loss to that of an OOM killer that ran before it. */
#define OOM_NS	 1000000000u

void
sender_gone(struct tasks *t, const struct event *e)
{
	const struct task *leader = tasks_find(t, e->task.pid);
	struct gone *g = &t->gone[(unsigned)e->tid % TASKS_GONE];

	*g = (struct gone){
		.tid = e->tid, .pid = e->task.pid, .epoch = t->epoch
	};
	if (e->tid == e->task.pid)
		memcpy(g->comm, e->comm, COMM_LEN);
	else if (leader)
		memcpy(g->comm, leader->name, COMM_LEN);
}

/* The process of a task that ran at the time of an event.  It may have ended:
 * the signal that a child asked for (PR_SET_PDEATHSIG) comes after that.
 * Returns false if it is not known for certain. */
static bool
find_process(const struct tasks *t, const struct event *e, struct event_by *by)
{
	int tid = e->status.sender;
	const struct gone *g = &t->gone[(unsigned)tid % TASKS_GONE];
	const struct task *p = tasks_find(t, tid);
	const struct task *leader = task_leader(t, p);

	if (tid <= 0 || (p && (p->epoch != t->epoch || p->start > e->ts)))
		return false;
	if (!p && g->tid == tid && g->epoch == t->epoch && g->pid) {
		by->pid = g->pid;
		memcpy(by->comm, g->comm, COMM_LEN);
		return true;
	}
	if (!leader)
		return false;
	by->pid = leader->pid;
	memcpy(by->comm, leader->name, COMM_LEN);
	if (leader->pid == KTHREADD || leader->ppid == KTHREADD)
		by->why = BY_KERNEL;
	return true;
}

/* In trace output a task that was there before is known by its lines only. */
static bool
find_printed(const struct event *e, struct event_by *by)
{
	int process = e->status.process;

	if (!e->comm[0] || !e->status.sender)
		return false;
	by->pid = process ? process : e->status.sender;
	memcpy(by->comm, e->comm, COMM_LEN);
	return true;
}

/* Is it, for certain, what the OOM killer sends, or may it be?  That sends
 * SIGKILL while the task that needs memory runs.  why: what it looks like. */
static enum sent_by
oom_or(const struct tasks *t, const struct event *e, enum sent_by why)
{
	const struct event_status *s = &e->status;
	const struct task *p = tasks_find(t, s->sender);

	if (s->code != SIGKILL || s->interrupt || s->si_code < 0)
		return why;
	if (p && p->oom_epoch == t->epoch) {
		if (p->oom == OOM_RUNS)
			return BY_OOM;
		if (e->ts < p->oom && (s->si_code || t->oom_as_kill))
			return BY_UNKNOWN;
	}
	if (s->si_code == 0 && !t->oom_as_kill)
		return why;
	/* Trace output does not show whether mark_victim was enabled. */
	if (t->oom_unseen || e->comm[0] ||
	    (t->until && e->ts < t->until + OOM_NS))
		return BY_UNKNOWN;
	return why;
}

/* The sender of a signal to a process. */
static struct event_by
sender_of(const struct tasks *t, const struct event *e, int pid)
{
	struct event_by by = { .why = oom_or(t, e, killer_kind(e)) };
	bool known;

	/* A timer of its CPU time runs out in the process itself; others may
	 * only imitate that. */
	if (by.why == BY_UNKNOWN && e->status.si_code < 0 &&
	    find_process(t, e, &by))
		by = (struct event_by){ .why = by.pid == pid ? BY_KERNEL :
							       BY_UNKNOWN };
	if (by.why != BY_USER)
		return by;
	known = find_process(t, e, &by);
	if (e->comm[0] && (!known || e->status.sender == by.pid))
		known = find_printed(e, &by);
	if (!known || e->ts <= t->until)
		return (struct event_by){ .why = BY_UNKNOWN };
	if (by.why == BY_KERNEL)
		return (struct event_by){ .why = BY_KERNEL };
	if (by.pid == pid)
		by.why = BY_SELF;
	return by;
}

static void
oom_note(struct tasks *t, struct task *p, uint64_t until)
{
	p->oom = until;
	p->oom_epoch = t->epoch;
}

/* A victim: the one who runs the OOM killer may kill others besides. */
static void
oom_victim(struct tasks *t, const struct event *e)
{
	struct task *p = tasks_find(t, e->status.sender);

	if (p && !(p->oom == OOM_RUNS && p->oom_epoch == t->epoch))
		oom_note(t, p, e->ts + OOM_NS);
}

void
sender_hint(
    struct tasks *t, const struct event *e, struct task *p, struct task *leader)
{
	struct killer *k = &leader->killer;
	struct event_by by;

	switch (e->status.hint) {
	case HINT_SENT:
		by = sender_of(t, e, leader->pid);
		killer_sent(k, e, &by, t->epoch);
		break;
	case HINT_OOM:
		killer_oom(k, e, t->oom_as_kill);
		oom_victim(t, e);
		break;
	case HINT_OOM_BEGIN:
		oom_note(t, p, OOM_RUNS);
		break;
	case HINT_OOM_END:
		oom_note(t, p, 0);
		break;
	case HINT_DELIVERED:
		killer_delivered(k, e);
		break;
	case HINT_HANDLED:
		killer_handled(k, e);
		break;
	default:
		break;
	}
}
