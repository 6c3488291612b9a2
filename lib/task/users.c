/* The user of each task: inherited, changed by events, looked up. */
#include "task/users.h"

#include <string.h>

#define BIT(id)		(1u << (id))
#define USERS		(BIT(USER_RUID) | BIT(USER_UID) | BIT(USER_SUID))
#define SHOWN		(BIT(USER_RUID) | BIT(USER_UID) | BIT(USER_GID))
#define ALL		(BIT(USER_IDS) - 1)

/* linux/sched.h */
#define FLAG_FILES_ROOT 0x00000200u /* CLONE_FS */
#define FLAG_NEW_MOUNTS 0x00020000u
#define FLAG_NEW_USERS	0x10000000u

/* ---- what is known ---- */

/* What is not known is 0, so that two of them can be compared. */
static void
forget(struct event_user *u, unsigned ids)
{
	u->known &= ~ids;
	for (int i = 0; i < USER_IDS; i++)
		if (ids & BIT(i))
			u->id[i] = 0;
}

static void
set(struct event_user *u, enum user_id which, uint32_t id)
{
	u->id[which] = id;
	u->known |= BIT(which);
}

static bool
is_known(const struct event_user *u, enum user_id which, uint32_t id)
{
	return (u->known & BIT(which)) && u->id[which] == id;
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

/* What is known of a task at the time of an event. */
static struct task_user *
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
	if (memcmp(&before, &u->now, sizeof before) != 0)
		report(t, e, p);
	return u;
}

/* ---- calls ---- */

#define SAME UINT32_MAX /* an argument: no change */

/*
 * setuid(2) and setgid(2): one that may set any number (CAP_SETUID) sets all
 * three.  Else that is the real or the saved one, and only the effective one
 * is set.
 */
static void
set_one(struct event_user *u, enum user_id real, uint32_t id)
{
	enum user_id saved = real + USER_SUID - USER_RUID;
	unsigned both = BIT(real) | BIT(saved);
	bool known = (u->known & both) == both;
	bool any = known && u->id[real] != id && u->id[saved] != id;

	if (any) {
		set(u, real, id);
		set(u, saved, id);
	} else { /* either way it is the same */
		if (!is_known(u, real, id))
			forget(u, BIT(real));
		if (!is_known(u, saved, id))
			forget(u, BIT(saved));
	}
	set(u, real + USER_UID - USER_RUID, id);
}

/* setreuid(2), setregid(2): SYSCALL_DEFINE2(setreuid), kernel/sys.c. */
static void
set_two(struct event_user *u, enum user_id real, const uint32_t *arg)
{
	enum user_id effective = real + USER_UID - USER_RUID;
	enum user_id saved = real + USER_SUID - USER_RUID;
	struct event_user old = *u;

	if (arg[0] != SAME)
		set(u, real, arg[0]);
	if (arg[1] != SAME)
		set(u, effective, arg[1]);
	if (arg[0] == SAME && (arg[1] == SAME || is_known(&old, real, arg[1])))
		return;
	if (arg[0] == SAME && !(old.known & BIT(real)))
		forget(u, BIT(saved));
	else if (u->known & BIT(effective))
		set(u, saved, u->id[effective]);
	else
		forget(u, BIT(saved));
}

static void
set_three(struct event_user *u, enum user_id real, const uint32_t *arg)
{
	for (unsigned i = 0; i < 3; i++)
		if (arg[i] != SAME)
			set(u, real + i, arg[i]);
}

/* Another root or namespace, of all threads. */
static void
leave_home(const struct tasks *t, struct task *p)
{
	struct task *leader = task_leader(t, p);

	p->user.home = p->user.next.home = false;
	if (leader)
		leader->user.moves++;
}

static unsigned
moves_of(const struct tasks *t, const struct task *p)
{
	const struct task *leader = task_leader(t, p);

	return leader ? leader->user.moves : 0;
}

static bool
is_home(const struct tasks *t, const struct task *p)
{
	return p->user.home && task_leader(t, p) &&
	    p->user.home_moves == moves_of(t, p);
}

static void
change(const struct tasks *t, struct task *p, const struct event *e)
{
	struct event_user *u = &p->user.now;
	const uint32_t *arg = e->change.arg;

	switch (e->change.what) {
	case USER_SETUID:
		set_one(u, USER_RUID, arg[0]);
		break;
	case USER_SETGID:
		set_one(u, USER_RGID, arg[0]);
		break;
	case USER_SETREUID:
		set_two(u, USER_RUID, arg);
		break;
	case USER_SETREGID:
		set_two(u, USER_RGID, arg);
		break;
	case USER_SETRESUID:
		set_three(u, USER_RUID, arg);
		break;
	case USER_SETRESGID:
		set_three(u, USER_RGID, arg);
		break;
	default:
		forget(u, ALL);
	}
	/* Arguments are numbers of its own user namespace. */
	if (!is_home(t, p))
		forget(u, ALL);
}

/* A look may have been just before the change that this event reports. */
static void
doubt_look(struct task_user *u, const struct event *e)
{
	if (e->ts >= u->next.begin)
		u->next.ts = 0;
}

static void
take_change(struct tasks *t, struct task *p, const struct event *e)
{
	struct task_user *u = user_now(t, p, e);
	struct event_user before = u->now;

	if (e->type == EVENT_USER && e->change.what >= USER_PERHAPS)
		leave_home(t, p);
	if (e->type == EVENT_USER && e->change.what == USER_MOVED)
		return;
	if (e->type == EVENT_USER && e->change.what != USER_IS)
		change(t, p, e);
	else {
		u->now = e->user;
		u->next.begin = 0; /* that is older, or the same */
	}
	doubt_look(u, e);
	if (memcmp(&before, &u->now, sizeof before) != 0)
		report(t, e, p);
}

/* ---- events ---- */

/* cap_bprm_creds_from_file(), security/commoncap.c */
static void
save_effective(struct event_user *u)
{
	forget(u, BIT(USER_SUID) | BIT(USER_SGID));
	if (u->known & BIT(USER_UID))
		set(u, USER_SUID, u->id[USER_UID]);
	if (u->known & BIT(USER_GID))
		set(u, USER_SGID, u->id[USER_GID]);
}

/* The program may have the set-user-ID bit. */
static void
take_exec(struct tasks *t, struct task *p, struct event *e)
{
	struct task_user *u = user_now(t, p, e);
	struct event_user before = u->now;

	if (e->user.known) {
		take_change(t, p, e);
		return;
	}
	if (t->users->complete)
		return;
	/* A thread took the process over, with its user: but when /proc was
	 * asked, that thread may have had the number of the process already. */
	if (e->exec.old_tid != e->tid)
		u->home = false;
	if (t->users->other_abi && u->called <= t->until)
		leave_home(t, p);
	u->called = 0;
	doubt_look(u, e);
	if (u->now.known && is_home(t, p) && t->users->is_plain &&
	    t->users->is_plain(t->users->arg, e))
		save_effective(&u->now);
	else
		forget(&u->now, ALL);
	if (memcmp(&before, &u->now, sizeof before) != 0)
		report(t, e, p);
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
	if (e->type == EVENT_EXEC)
		take_exec(t, p, e);
	else if (e->type == EVENT_USER)
		take_change(t, p, e);
	else
		user_now(t, p, e);
	if (e->type == EVENT_TRAIT && e->trait.begins & 1u << TRAIT_EXE)
		p->user.called = e->ts;
	leader = e->type == EVENT_EXIT ? task_leader(t, p) : p;
	if (leader)
		t->users->from = *user_now(t, leader, e);
	t->users->from.home = is_home(t, p);
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
		forget(&u->now, ALL);
}

static void
look(const struct tasks *t, struct task *p)
{
	struct task_user *u = &p->user;
	unsigned wanted = t->users->complete ? SHOWN : ALL;
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
