/* Where each task is, by events that report moves and by looks at /proc. */
#include "task/task_cgroup.h"

/* What /proc was seen to have is older than that by less than this, so a move
 * that was reported before is in it. */
#define LOOK_NS 100000000u

static unsigned
epoch_of(const struct tasks *t)
{
	return t->epoch + t->renames;
}

static bool
is_known(const struct tasks *t, const struct task *p, uint64_t ts)
{
	const struct task *leader = task_leader(t, p);

	return p && p->cgroup.name && p->cgroup.epoch == epoch_of(t) &&
	    p->cgroup.since <= ts && p->cgroup.since >= t->until &&
	    (!leader || p->cgroup.moves == leader->cgroup.moves);
}

const char *
task_cgroup(const struct tasks *t, const struct task *p, uint64_t ts)
{
	return is_known(t, p, ts) ? cgroup_name(p->cgroup.name) : NULL;
}

/* From then on it is there; takes the name, which may be NULL. */
static void
set(struct tasks *t, struct task *p, struct cgroup *name, uint64_t since)
{
	const struct task *leader = task_leader(t, p);

	cgroup_release(&t->cgroups, p->cgroup.name);
	p->cgroup.name = name;
	p->cgroup.since = since;
	p->cgroup.epoch = epoch_of(t);
	if (leader && leader != p)
		p->cgroup.moves = leader->cgroup.moves;
}

static struct cgroup *
name_of(struct tasks *t, const char *path)
{
	return path ? cgroup_intern(&t->cgroups, path) : NULL;
}

#define EARLY_ANY (-1) /* several of these numbers were moved */

static int *
early_slot(struct tasks *t, int tid)
{
	return &t->early[(unsigned)tid % TASKS_EARLY];
}

/* Was the task perhaps moved before its fork was reported? */
static bool
is_early(const struct tasks *t, int tid)
{
	int early = t->early[(unsigned)tid % TASKS_EARLY];

	return early == tid || early == EARLY_ANY;
}

static void
early_add(struct tasks *t, int tid)
{
	int *early = early_slot(t, tid);

	*early = *early && *early != tid ? EARLY_ANY : tid;
}

static void
early_remove(struct tasks *t, int tid)
{
	int *early = early_slot(t, tid);

	if (*early == tid)
		*early = 0;
}

/* Was the child moved, or found, before its fork was reported? */
static bool
is_ahead(const struct tasks *t, const struct event *e)
{
	const struct task *n = tasks_find(t, e->tid);

	return n && is_known(t, n, e->ts);
}

bool
task_cgroup_unsure(const struct tasks *t, const struct event *e)
{
	const struct task *parent = tasks_find(t, e->fork.parent);
	bool into = e->fork.flags != FLAG_UNKNOWN &&
	    (e->fork.flags & FLAG_CGROUP);

	if (is_ahead(t, e))
		return false;
	return into || is_early(t, e->tid) || !is_known(t, parent, e->ts) ||
	    parent->cgroup.put;
}

static void
cgroup_show(struct tasks *t, struct event *e, const struct task *leader)
{
	if (t->shown || !is_known(t, leader, e->ts))
		return;
	t->shown = cgroup_share(leader->cgroup.name);
	e->task.cgroup = cgroup_name(t->shown);
}

static void
cgroup_fork(
    struct tasks *t, struct event *e, struct task *n, struct task *parent)
{
	bool ahead = n->cgroup.name && n->cgroup.since <= e->ts;

	if (e->path)
		set(t, n, name_of(t, e->path), e->ts);
	else if (!ahead && parent && !task_cgroup_unsure(t, e))
		set(t, n, cgroup_share(parent->cgroup.name), e->ts);
	if (parent)
		parent->cgroup.put = parent->cgroup.unproven = false;
	early_remove(t, e->tid);
	e->path = NULL; /* it is that of no program */
	cgroup_show(t, e, task_leader(t, n));
}

static void
cgroup_exec(struct tasks *t, struct task *leader, const struct task *thread)
{
	bool known = thread && is_known(t, thread, UINT64_MAX);

	if (leader)
		set(t, leader, known ? cgroup_share(thread->cgroup.name) : NULL,
		    known ? thread->cgroup.since : 0);
}

static void
apply_read(struct tasks *t, const struct event *e, struct task *p)
{
	const struct task *leader = task_leader(t, p);

	/* It may have been moved with the first thread. */
	if (leader && leader->cgroup.moves != p->cgroup.moves)
		p->cgroup.put = true;
	if (e->path)
		p->cgroup.unproven = false;
	if (!e->path || !is_known(t, p, e->ts))
		set(t, p, name_of(t, e->path), e->ts);
}

static void
cgroup_apply(struct tasks *t, const struct event *e, struct task *p)
{
	if (e->cgroup.how == CGROUP_ELSEWHERE)
		return;
	if (e->cgroup.how == CGROUP_RENAMED) {
		t->renames++;
		return;
	}
	if (!p && e->cgroup.how != CGROUP_READ)
		early_add(t, e->tid);
	if (!p)
		return;
	if (e->cgroup.how == CGROUP_READ) {
		apply_read(t, e, p);
		return;
	}
	if (e->ts + LOOK_NS < p->cgroup.since)
		return; /* what was found is later */
	if (p->tid == p->pid)
		p->cgroup.moves++;
	set(t, p, name_of(t, e->path), e->ts);
	p->cgroup.put = p->cgroup.unproven = e->cgroup.how == CGROUP_PUT;
}

void
task_cgroup_events(
    const struct tasks *t, const struct task *p, struct event out[2])
{
	struct event e = { .type = EVENT_CGROUP,
		.cpu = -1,
		.tid = p->tid,
		.ts = p->cgroup.since,
		.cgroup.how = CGROUP_PUT,
		.path = task_cgroup(t, p, UINT64_MAX) };

	out[0] = out[1] = e;
	out[1].cgroup.how = CGROUP_READ;
	if (!e.path || !p->cgroup.put)
		out[0].type = 0;
	if (!e.path || p->cgroup.unproven)
		out[1].type = 0;
}

const struct task_cgroup_table task_cgroup_table = { .show = cgroup_show,
	.fork = cgroup_fork,
	.exec = cgroup_exec,
	.apply = cgroup_apply,
	.release = cgroup_release };
