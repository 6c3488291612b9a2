/* What became of the user of a task, where events only show that it changed. */
#include "task/users.h"

static void
set(struct event_user *u, enum user_id which, uint32_t id)
{
	u->id[which] = id;
	u->known |= USER_BIT(which);
}

static bool
is_known(const struct event_user *u, enum user_id which, uint32_t id)
{
	return (u->known & USER_BIT(which)) && u->id[which] == id;
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
	unsigned both = USER_BIT(real) | USER_BIT(saved);
	bool known = (u->known & both) == both;
	bool any = known && u->id[real] != id && u->id[saved] != id;

	if (any) {
		set(u, real, id);
		set(u, saved, id);
	} else { /* either way it is the same */
		if (!is_known(u, real, id))
			user_forget(u, USER_BIT(real));
		if (!is_known(u, saved, id))
			user_forget(u, USER_BIT(saved));
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
	if (arg[0] == SAME && !(old.known & USER_BIT(real)))
		user_forget(u, USER_BIT(saved));
	else if (u->known & USER_BIT(effective))
		set(u, saved, u->id[effective]);
	else
		user_forget(u, USER_BIT(saved));
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
		user_forget(u, USER_ALL);
	}
	/* Arguments are numbers of its own user namespace. */
	if (!user_is_home(t, p))
		user_forget(u, USER_ALL);
}

/* A system call. */
static void
infer_call(struct tasks *t, struct task *p, const struct event *e)
{
	struct task_user *u = user_now(t, p, e);
	struct event_user before = u->now;

	if (e->change.what >= USER_PERHAPS)
		leave_home(t, p);
	if (e->change.what == USER_MOVED)
		return;
	change(t, p, e);
	user_doubt_look(u, e);
	user_changed(t, e, p, &before);
}

/* cap_bprm_creds_from_file(), security/commoncap.c */
static void
save_effective(struct event_user *u)
{
	user_forget(u, USER_BIT(USER_SUID) | USER_BIT(USER_SGID));
	if (u->known & USER_BIT(USER_UID))
		set(u, USER_SUID, u->id[USER_UID]);
	if (u->known & USER_BIT(USER_GID))
		set(u, USER_SGID, u->id[USER_GID]);
}

/* The program may have the set-user-ID bit. */
static void
infer_exec(struct tasks *t, struct task *p, struct event *e)
{
	struct task_user *u = user_now(t, p, e);
	struct event_user before = u->now;

	if (t->users->complete)
		return;
	/* A thread took the process over, with its user: but when /proc was
	 * asked, that thread may have had the number of the process already. */
	if (e->exec.old_tid != e->tid)
		u->home = false;
	if (t->users->other_abi && u->called <= t->until)
		leave_home(t, p);
	u->called = 0;
	user_doubt_look(u, e);
	if (u->now.known && user_is_home(t, p) && t->users->is_plain &&
	    t->users->is_plain(t->users->arg, e))
		save_effective(&u->now);
	else
		user_forget(&u->now, USER_ALL);
	user_changed(t, e, p, &before);
}

/* taskstats has the credentials that the task ends with: bacct_add_tsk(),
 * kernel/tsacct.c, in the first user namespace. */
static void
check_exit(struct tasks *t, struct task *p, const struct event *e)
{
	struct task_user *u = user_now(t, p, e);
	struct event_user before = u->now;

	if (!e->exit.has_uid || !(u->now.known & USER_BIT(USER_RUID)) ||
	    is_known(&u->now, USER_RUID, e->exit.uid))
		return;
	user_forget(&u->now, USER_ALL);
	user_changed(t, e, p, &before);
	t->users->differs(t->users->arg, e);
}

void
users_infer(struct tasks *t, struct task *p, struct event *e)
{
	if (e->type == EVENT_EXEC)
		infer_exec(t, p, e);
	else if (e->type == EVENT_USER)
		infer_call(t, p, e);
	else if (e->type == EVENT_EXIT)
		check_exit(t, p, e);
	else
		user_now(t, p, e);
}
