/* The user of each task: inherited, changed by events, looked up. */
#include "task/users.h"

#include <string.h>

#define SHOWN		(USER_BIT(USER_RUID) | USER_BIT(USER_UID) | USER_BIT(USER_GID))

/* linux/sched.h */
#define FLAG_FILES_ROOT 0x00000200u /* CLONE_FS */
#define FLAG_NEW_MOUNTS 0x00020000u
#define FLAG_NEW_USERS	0x10000000u

/* ---- what is known ---- */

void
user_forget(struct event_user *u, unsigned ids)
{
	u->known &= ~ids;
	for (int i = 0; i < USER_IDS; i++)
		if (ids & USER_BIT(i))
			u->id[i] = 0;
}

static void
report(const struct tasks *t, const struct event *e, const struct task *p)
{
	struct event now = { .type = EVENT_USER,
		.ts = e->ts,
		.cpu = -1,
		.tid = p->tid,
		.user = p->user.now,
		.task = { .pid = p->pid, .inside = p->inside } };

	if (t->users->changed)
		t->users->changed(t->users->arg, &now);
}

void
user_changed(const struct tasks *t, const struct event *e, const struct task *p,
    const struct event_user *before)
{
	if (memcmp(before, &p->user.now, sizeof *before) != 0)
		report(t, e, p);
}

struct task_user *
user_now(const struct tasks *t, struct task *p, const struct event *e)
{
	struct task_user *u = &p->user;
	struct event_user before;

	if (u->epoch != t->epoch) {
		u->now = (struct event_user){ .known = 0 };
		u->home = false;
		u->epoch = t->epoch;
	}
	if (!u->next.ts || u->next.ts > e->ts)
		return u;
	before = u->now;
	if (u->next_epoch == t->epoch) {
		u->now = u->next.user;
		u->home = u->next.home;
		u->home_moves = u->next_moves;
	}
	u->next.ts = 0;
	user_changed(t, e, p, &before);
	return u;
}

static unsigned
moves_of(const struct tasks *t, const struct task *p)
{
	const struct task *leader = task_leader(t, p);

	return leader ? leader->user.moves : 0;
}

bool
user_is_home(const struct tasks *t, const struct task *p)
{
	return p->user.home && task_leader(t, p) &&
	    p->user.home_moves == moves_of(t, p);
}

void
user_doubt_look(struct task_user *u, const struct event *e)
{
	if (e->ts >= u->next.begin)
		u->next.ts = 0;
}

/* ---- events ---- */

/* The event has the user. */
static void
take_known(struct tasks *t, struct task *p, const struct event *e)
{
	struct task_user *u = user_now(t, p, e);
	struct event_user before = u->now;

	u->now = e->user;
	u->next.begin = 0; /* that is older, or the same */
	user_doubt_look(u, e);
	user_changed(t, e, p, &before);
}

void
users_before(struct tasks *t, struct event *e)
{
	int tid = e->type == EVENT_FORK ? e->fork.parent : e->tid;
	struct task *p = tasks_find(t, tid), *leader;

	t->users->from = (struct task_user){ .epoch = t->epoch };
	if (e->type == EVENT_TASK || e->type == EVENT_STATUS || !p ||
	    p->epoch != t->epoch || p->start > e->ts)
		return;
	if ((e->type == EVENT_EXEC && e->user.known) ||
	    (e->type == EVENT_USER && e->change.what == USER_IS))
		take_known(t, p, e);
	else if (t->users->infer)
		t->users->infer(t, p, e);
	else
		user_now(t, p, e);
	if (e->type == EVENT_TRAIT && e->trait.begins & 1u << TRAIT_EXE)
		p->user.called = e->ts;
	leader = e->type == EVENT_EXIT ? task_leader(t, p) : p;
	if (leader)
		t->users->from = *user_now(t, leader, e);
	t->users->from.home = user_is_home(t, p);
	e->task.user = p->user.now;
}

/* What a fork copies. */
static void
inherit(const struct tasks *t, struct task *p, const struct event *e)
{
	struct task_user *u = &p->user;
	uint64_t flags = e->fork.flags;

	u->now = t->users->from.now;
	u->home = t->users->from.home && flags != FLAG_UNKNOWN &&
	    !(flags & (FLAG_NEW_MOUNTS | FLAG_NEW_USERS)) &&
	    (!(flags & FLAG_FILES_ROOT) || (flags & FLAG_THREAD));
	u->home_moves = moves_of(t, p);
	u->epoch = t->epoch;
	if (t->users->renumbers && (flags & FLAG_NEW_USERS))
		user_forget(&u->now, USER_ALL);
}

static void
look(const struct tasks *t, struct task *p)
{
	struct task_user *u = &p->user;
	unsigned wanted = t->users->complete ? SHOWN : USER_ALL;
	bool known = u->epoch == t->epoch && (u->now.known & wanted) == wanted;

	if (known || (u->next.ts && u->next_epoch == t->epoch) ||
	    !t->users->look)
		return;
	if (t->users->look(t->users->arg, p->tid, &u->next) != 0)
		u->next.ts = 0;
	u->next_moves = moves_of(t, p);
	u->next_epoch = t->epoch;
}

void
users_after(struct tasks *t, struct event *e)
{
	struct task *p = tasks_find(t, e->tid);

	if (t->end.type)
		t->end.task.user = t->users->from.now;
	if (!p || p->epoch != t->epoch || e->type == EVENT_STATUS ||
	    e->type == EVENT_EXIT || e->type == EVENT_LOST)
		return;
	if (e->type == EVENT_FORK) {
		struct task *parent = tasks_find(t, e->fork.parent);

		inherit(t, p, e);
		e->task.user = p->user.now;
		if (parent && parent->epoch == t->epoch)
			look(t, parent);
	}
	if (e->type == EVENT_TASK && p->user.epoch != t->epoch)
		p->user.now = (struct event_user){ .known = 0 };
	look(t, p);
}

/* ---- all tasks ---- */

static bool
is_shown(const struct tasks *t, const struct task *p)
{
	return p->user.epoch == t->epoch &&
	    (p->user.now.known & SHOWN) == SHOWN;
}

int
users_look(struct tasks *t)
{
	int n = 0;

	for (struct task_link *l = t->all; l; l = l->next)
		if (l->task->epoch == t->epoch && !is_shown(t, l->task)) {
			look(t, l->task);
			n++;
		}
	return n;
}

void
users_settle(struct tasks *t, uint64_t ts)
{
	struct event e = { .ts = ts };

	for (struct task_link *l = t->all; l; l = l->next)
		if (l->task->epoch == t->epoch)
			user_now(t, l->task, &e);
}
