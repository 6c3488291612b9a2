/* The traits of each task: inherited, changed, looked up, recorded. */
#include "task/traits.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"

#define BIT(which)	(1u << (which))

/* linux/sched.h */
#define FLAG_FILES_ROOT 0x00000200u /* CLONE_FS */
#define FLAG_NEW_MOUNTS 0x00020000u
#define FLAG_NEW_USERS	0x10000000u /* it may have a binfmt_misc of its own */

/* ---- what is known ---- */

/* What p has for its traits, made if there is none; NULL of NULL, or without
 * memory. */
static struct task_traits *
traits_of(struct task *p)
{
	struct task_traits *x = p ? p->traits : NULL;

	if (!p || x)
		return x;
	x = calloc(1, sizeof *x);
	p->traits = x;
	return x;
}

/* Of the task itself, or of its process? */
static bool
is_own(int which)
{
	return which == TRAIT_CWD || which == TRAIT_LOGIN ||
	    which == TRAIT_HOME;
}

static struct task_traits *
holder(const struct tasks *t, struct task *p, int which)
{
	return traits_of(is_own(which) ? p : task_leader(t, p));
}

static void
put(struct traits *x, struct cgroup **to, struct cgroup *name)
{
	cgroup_share(name);
	cgroup_release(&x->names, *to);
	*to = name;
}

/* Grows with each loss of events, and each call that changes it. */
static unsigned
stamp_of(const struct tasks *t, const struct task *p, int which)
{
	const struct task_traits *leader = traits_of(task_leader(t, p));

	return t->epoch + t->traits->resets +
	    (leader ? leader->moves[which] : 0);
}

/* What it is at that time, or NULL. */
static struct cgroup *
known(const struct tasks *t, struct task *p, int which, uint64_t ts)
{
	const struct task_traits *h = holder(t, p, which);
	const struct trait_value *v = h ? &h->now[which] : NULL;

	if (!v || v->stamp != stamp_of(t, p, which) || v->since > ts ||
	    v->until < ts || (h->shared && is_own(which)))
		return NULL;
	return v->name;
}

static void
set(struct tasks *t, struct task *p, int which, struct cgroup *name,
    uint64_t since, uint64_t until)
{
	struct task_traits *h = holder(t, p, which);
	struct trait_value *v = h ? &h->now[which] : NULL;

	if (!v)
		return;
	put(t->traits, &v->name, name);
	v->since = since;
	v->until = until;
	v->stamp = stamp_of(t, p, which);
}

/* ---- looking it up ---- */

/* What a thread of its process may be changing right now. */
static unsigned
busy_now(const struct tasks *t, const struct task *p)
{
	const struct task *leader = task_leader(t, p);
	unsigned busy = p->traits ? p->traits->busy : 0;

	if (leader && leader == p && leader->threads <= 1)
		return busy;
	for (size_t i = 0; i < t->buckets; i++)
		for (const struct task *q = t->bucket[i]; q; q = q->next)
			if (q->pid == p->pid && q->traits)
				busy |= q->traits->busy;
	return busy;
}

/* Does it begin its session?  Only then it can get a terminal.  If that is not
 * known, it may. */
static bool
leads_session(
    struct tasks *t, struct task *p, const struct trait_look *l, uint64_t ts)
{
	const struct cgroup *sid = known(t, p, TRAIT_SID, ts);
	const char *s = sid ? cgroup_name(sid) : l->text[TRAIT_SID];

	return !s || number_parse(s, NULL) == p->pid;
}

/* What was looked up: was it that at the time of the event, and does it stay
 * that until a call changes it?  A terminal that was hung up is kept. */
static void
take_look(struct tasks *t, struct task *p, int which,
    const struct trait_look *l, uint64_t ts)
{
	struct task_traits *h = holder(t, p, which);
	struct cgroup *name = cgroup_intern(&t->traits->names, l->text[which]);
	bool back = which != TRAIT_LOGIN, stays = back, same;

	if (which == TRAIT_TTY) {
		bool none = strcmp(l->text[which], "-") == 0;
		bool leads = leads_session(t, p, l, ts);

		back = !none && !leads;
		stays = !none || !leads;
	}
	same = name && h && h->now[which].name == name &&
	    h->now[which].stamp == stamp_of(t, p, which) &&
	    h->now[which].since <= ts;
	if (!back)
		ts = same ? h->now[which].since : l->end;
	set(t, p, which, name, ts, stays ? UINT64_MAX : l->end);
	cgroup_release(&t->traits->names, name);
}

/* Look up what is not known of a task at the time of an event; UINT64_MAX: it
 * counts from now on. */
static void
look_back(struct tasks *t, struct task *p, uint64_t ts, unsigned asked)
{
	struct trait_look l = { .end = 0 };
	unsigned missing = 0;
	bool later = ts == UINT64_MAX;

	for (int i = 0; i < TRAITS; i++)
		if ((asked & BIT(i)) && !known(t, p, i, ts))
			missing |= BIT(i);
	if (!missing || !t->traits->look ||
	    t->traits->look(t->traits->arg, p, ts, missing, &l) != 0)
		return;
	missing &= l.settled & ~busy_now(t, p);
	for (int i = TRAITS - 1; i >= 0; i--) /* the session, then a terminal */
		if ((missing & BIT(i)) && l.text[i])
			take_look(t, p, i, &l, later ? l.end : ts);
}

/* The program of an exec that /proc does not show any more. */
static void
resolve(struct tasks *t, const struct event *e, struct task *p)
{
	struct traits *x = t->traits;
	const struct cgroup *cwd = known(t, p, TRAIT_CWD, e->ts);
	const struct cgroup *home = known(t, p, TRAIT_HOME, e->ts);
	struct cgroup *name;
	const char *path;

	if (!(x->wanted & BIT(TRAIT_EXE)) || known(t, p, TRAIT_EXE, e->ts) ||
	    !home || *cgroup_name(home) != 'y' || !p->traits->execs)
		return;
	path = x->resolve(
	    x->arg, e, p->traits->execs, cwd ? cgroup_name(cwd) : NULL);
	name = path ? cgroup_intern(&x->names, path) : NULL;
	set(t, p, TRAIT_EXE, name, e->ts, UINT64_MAX);
	cgroup_release(&x->names, name);
}

void
traits_look(struct tasks *t)
{
	for (size_t i = 0; i < t->buckets; i++)
		for (struct task *p = t->bucket[i]; p; p = p->next)
			look_back(t, p, UINT64_MAX, t->traits->wanted);
}

/* ---- changes ---- */

/* A call begins or ends. */
static void
change(struct tasks *t, const struct event *e)
{
	unsigned all = (e->trait.begins | e->trait.ends) & ~BIT(TRAIT_EXE);
	struct task *p = tasks_find(t, e->tid);
	struct task_traits *own = traits_of(p);
	struct task_traits *leader = traits_of(task_leader(t, p));

	if (!own || !leader || (all & TRAITS_ALL))
		t->traits->resets++;
	if (!own || !leader)
		return;
	if (e->trait.begins & BIT(TRAIT_EXE))
		own->execs = e->ts;
	own->busy = (own->busy | e->trait.begins) & ~e->trait.ends;
	if (!all)
		return;
	if (own->fork_calls == leader->calls)
		own->fork_calls++;
	leader->calls++;
	for (int i = 0; i < TRAITS; i++)
		leader->moves[i] += all >> i & 1;
}

/*
 * Where another thread takes the process over, its own traits are looked up.
 * An exec whose call was not seen is that of a program of another ABI, which
 * may have called chroot(2), unshare(2) or setns(2) unseen.
 */
static void
before_exec(const struct tasks *t, const struct event *e, struct task *p)
{
	struct task_traits *x = traits_of(p);
	bool same = e->exec.old_tid == e->tid ||
	    (!e->exec.old_tid && p->threads <= 1);
	bool seen = x && x->execs > t->until;

	for (int i = 0; x && i < TRAITS; i++)
		x->moves[i] += i == TRAIT_EXE || (!same && is_own(i)) ||
		    (i == TRAIT_HOME && !seen);
	if (x)
		x->busy = 0;
	if (x && !same) {
		x->execs = 0;
		x->shared = true;
	}
}

/* May the directory of the child be one that another process changes, too? */
static bool
is_shared(const struct event *e)
{
	return e->tid == e->task.pid &&
	    (e->fork.flags == FLAG_UNKNOWN ||
		(e->fork.flags & FLAG_FILES_ROOT));
}

static void
inherit(
    struct tasks *t, const struct event *e, struct task *n, struct task *parent)
{
	struct task_traits *from = traits_of(parent), *to = traits_of(n);
	const struct task_traits *leader = traits_of(task_leader(t, parent));
	bool doubt;

	if (!from || !to || !leader)
		return;
	doubt = from->fork_calls != leader->calls;
	from->fork_calls = leader->calls;
	if (is_shared(e))
		from->shared = to->shared = true;
	to->fork_calls = n->tid == n->pid ? 0 : leader->calls;
	for (int i = 0; i < TRAITS; i++) {
		bool unsure = (doubt && (TRAITS_CALLS & BIT(i))) ||
		    (i == TRAIT_HOME &&
			(e->fork.flags & (FLAG_NEW_MOUNTS | FLAG_NEW_USERS)));
		uint64_t until = i == TRAIT_LOGIN ? e->ts : UINT64_MAX;

		if (unsure || (n->tid != n->pid && !is_own(i)))
			continue;
		set(t, n, i, known(t, parent, i, e->ts), e->ts, until);
	}
}

/* ---- what an event shows, and a replay ---- */

/* Of the last event or line; NULL: not known. */
static void
show(struct traits *x, int which, struct cgroup *name)
{
	put(x, &x->shown[which], name);
	x->text[which] = name ? cgroup_name(name) : NULL;
}

/* A line of a recording. */
static void
take_line(struct traits *x, const struct event *e)
{
	for (int i = 0; i < TRAITS_SHOWN; i++) {
		const char *text = e->trait.text[i];
		struct cgroup *name = text ? cgroup_intern(&x->names, text) :
					     NULL;

		show(x, i, name);
		cgroup_release(&x->names, name);
	}
	x->tid = e->tid;
	x->ts = e->ts;
}

/* An event of p, which may be NULL. */
static void
show_event(struct tasks *t, struct event *e, struct task *p)
{
	struct traits *x = t->traits;

	for (int i = 0; x->look && i < TRAITS_SHOWN; i++)
		show(x, i, p ? known(t, p, i, e->ts) : NULL);
	if (x->look || (x->tid == e->tid && x->ts == e->ts))
		e->task.traits = x->text;
}

void
traits_before(struct tasks *t, struct event *e)
{
	int tid = e->type == EVENT_FORK ? e->fork.parent : e->tid;
	struct task *p = tasks_find(t, tid);
	unsigned asked = t->traits->wanted;

	if (e->type == EVENT_TRAIT && !t->traits->look)
		take_line(t->traits, e);
	else if (e->type == EVENT_TRAIT)
		change(t, e);
	if (e->type != EVENT_EXEC && e->type != EVENT_EXECFAIL &&
	    e->type != EVENT_EXIT && e->type != EVENT_FORK)
		return;
	if (p && (p->epoch != t->epoch || p->start > e->ts))
		p = NULL;
	if (p && e->type == EVENT_EXEC)
		before_exec(t, e, p);
	if (e->type == EVENT_EXIT)
		asked &= BIT(TRAIT_LOGIN); /* the others are gone */
	if (p)
		look_back(t, p, e->ts, asked);
	if (p && e->type == EVENT_EXEC) {
		resolve(t, e, p);
		if (p->traits)
			p->traits->execs = 0;
	}
	if (e->type != EVENT_FORK)
		show_event(t, e, p);
}

void
traits_after(struct tasks *t, struct event *e)
{
	struct task *n = tasks_find(t, e->tid), *parent;

	if (t->end.type)
		t->end.task.traits = e->task.traits;
	if (e->type != EVENT_FORK || !n)
		return;
	parent = tasks_find(t, e->fork.parent);
	if (parent && parent->epoch == t->epoch)
		inherit(t, e, n, parent);
	look_back(t, n, e->ts, t->traits->wanted);
	show_event(t, e, n);
}

void
traits_free(struct traits *x, struct task *p)
{
	for (int i = 0; i < TRAITS; i++)
		cgroup_release(&x->names, p->traits->now[i].name);
	free(p->traits);
	p->traits = NULL;
}
