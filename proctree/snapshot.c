/*
 * An edge changes only when a parent ends.  So a tree in which everybody lives,
 * by all events up to a moment, and nobody's parent has ended, is the tree at
 * that moment.  Whoever's parent has ended meanwhile is looked up again.
 */
#include "snapshot.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "../lib/clock.h"
#include "../lib/cmdline.h"
#include "../lib/list.h"
#include "../lib/proc.h"
#include "../lib/signals.h"
#include "../lib/tasks.h"
#include "../lib/tree_node.h"
#include "../lib/why.h"

#define ROUNDS_NS    1000000000u /* to look again and again */
#define NAP_NS	     300000	 /* for a parent that is about to end */
#define FIRST_PIDS   0xeffffffcu /* PROC_PID_INIT_INO, linux/proc_ns.h */
#define SYNC_WAIT_NS 2000000000u /* for events that never come */

struct state {
	struct snapshot *snapshot;
	struct session session;
	struct tasks tasks;
	struct tree *tree;
	bool lost; /* events: all has to be listed again */
};

static void
known(void *arg, const struct event *e)
{
	struct state *s = arg;

	tree_apply(s->tree, e);
}

/* session_seen */
static void
learn(void *arg, struct event *e)
{
	struct state *s = arg;

	s->lost |= e->type == EVENT_LOST;
	tasks_apply(&s->tasks, e);
}

static int
learn_task(void *arg, const struct event *e)
{
	struct event copy = *e;

	copy.coarse = true;
	learn(arg, &copy);
	return signals_caught;
}

static int
list(struct state *s)
{
	const char *how = "/proc/PID/stat and its threads";
	int r = s->snapshot->threads ? proc_list(learn_task, s) :
				       list_processes(learn_task, s, &how);

	if (r < 0)
		why_set(s->snapshot->why, "/proc: %m");
	else
		session_say(&s->session, "listed by %s", how);
	return r;
}

/* Apply all that happened up to now. */
static int
catch_up(struct state *s)
{
	uint64_t now = clock_boot();
	struct event e;
	long n;

	while ((s->session.until < now || exec_pending(&s->session.joiner)) &&
	    clock_boot() < now + SYNC_WAIT_NS) {
		n = session_sweep(&s->session);
		if (n < 0)
			return why_set(s->snapshot->why, "%s", s->session.why);
		while (session_next(&s->session, &e))
			learn(s, &e);
		if (n == 0 && s->session.until < now)
			reader_wait(
			    &s->session.reader, SESSION_STEP_NS / 4, NULL);
		signals_poll();
		if (signals_caught)
			return why_set(s->snapshot->why, "interrupted");
	}
	return 0;
}

/* Is it alive, for all that is known? */
static bool
lives(const struct node *n)
{
	return !(n->flags & (NODE_ENDED | NODE_LOST));
}

/* Is its command line wanted: is it below (or above) the one asked for? */
static bool
is_wanted(const struct state *s, uint32_t i)
{
	int only = s->snapshot->only;
	uint32_t from = tree_find(s->tree, only), to = i;

	if (s->snapshot->up) {
		from = i;
		to = tree_find(s->tree, only);
	}
	for (; only && to && to != from; to = tree_parent(s->tree, to))
		;
	return !only || to;
}

/* Read the command line; kernel threads have none. */
static int
read_line(struct state *s, const struct node *n)
{
	struct event e = { .type = EVENT_TASK,
		.tid = n->tid,
		.pid = n->tid,
		.ppid = n->ppid,
		.start = n->start,
		.again = true,
		.args.argc = -1 };

	cmdline_args(&e);
	if (e.args.state == ARGS_NONE)
		return 0;
	memcpy(e.comm, n->comm, COMM_LEN);
	tree_apply(s->tree, &e);
	return 1;
}

/* It is a zombie; has its parent waited for it?  No event tells of that. */
static bool
is_reaped(const struct node *n)
{
	struct event e;

	return proc_look(n->tid, &e) != 0 || !node_is_near(n, e.start);
}

enum check { SETTLED, CHANGED, PENDING };

/* Ask for the parent again if it has ended, or is not the one that the kernel
 * made (CLONE_PARENT). */
static enum check
check_parent(struct state *s, uint32_t i)
{
	struct node *n = tree_node(s->tree, i), *p;
	uint32_t above = tree_parent(s->tree, i);
	struct event e;

	p = above ? tree_node(s->tree, above) : NULL;
	if (n->ppid == 0 || (p && lives(p) && p->tid == n->ppid))
		return SETTLED;
	if (proc_look(n->tid, &e) != 0) /* it ends, or is not to be seen */
		return p ? PENDING : SETTLED;
	if (e.ppid == n->ppid) /* its parent ends, or is not to be seen */
		return p ? PENDING : SETTLED;
	tree_move(s->tree, i, e.ppid);
	return CHANGED;
}

/* What changed since the last look.  Returns how much is to be checked by the
 * events that came meanwhile. */
static int
look_again(struct state *s, uint32_t *lined)
{
	uint32_t nodes = s->tree->nodes;
	int changed = 0, pending = 0;

	for (uint32_t i = 1; i < nodes; i++) {
		struct node *n = tree_node(s->tree, i);
		enum check c;

		if (!lives(n) || n->flags & NODE_THREAD)
			continue;
		if (n->flags & NODE_ZOMBIE && is_reaped(n)) {
			n->flags |= NODE_ENDED;
			continue;
		}
		c = check_parent(s, i);
		changed += c == CHANGED;
		pending += c == PENDING;
		if (i >= *lined && !n->exec && n->ppid != 2 && is_wanted(s, i))
			changed += read_line(s, n);
	}
	*lined = nodes;
	s->snapshot->moved = changed + pending;
	return changed + pending;
}

/*
 * Whose exit event came before events were armed is gone now without another.
 * Of the others that are gone the event is yet to be read: who is still there
 * then, and was gone before, is one of these.  Returns how many are to be
 * asked again.
 */
static int
look_for_gone(struct state *s)
{
	int missing = 0;

	for (uint32_t i = 1; i < s->tree->nodes; i++) {
		struct node *n = tree_node(s->tree, i);

		if (!lives(n) || !(n->flags & NODE_BEFORE) ||
		    kill(n->tid, 0) == 0 || errno != ESRCH)
			continue;
		if (n->flags & NODE_MARK)
			n->flags |= NODE_ENDED;
		n->flags |= NODE_MARK;
		missing++;
	}
	return missing;
}

/* With events; without them there is only the listing. */
static int
take(struct state *s)
{
	static const struct timespec nap = { 0, NAP_NS };
	uint64_t end = clock_boot() + ROUNDS_NS;
	uint32_t lined = 1;

	for (;;) {
		if (catch_up(s) != 0)
			return -1;
		s->lost |= session_untold(&s->session) > 0;
		if (s->lost && clock_boot() < end) {
			s->lost = false;
			lined = 1;
			if (list(s) != 0)
				return -1;
		} else if ((look_again(s, &lined) == 0 &&
			       look_for_gone(s) == 0) ||
		    clock_boot() >= end)
			break;
		else
			nanosleep(&nap, NULL);
	}
	s->snapshot->lost = s->lost;
	return 0;
}

/* In a pid namespace of ours the numbers of events are not ours. */
static bool
is_nested(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) == 0 && st.st_ino != FIRST_PIDS;
}

/* Arm, then list.  Returns 0, or -1: no events can be had, and why. */
static int
arm(struct state *s, const struct session_options *o)
{
	if (is_nested())
		return why_set(s->snapshot->why,
		    "events: this is a pid namespace, whose "
		    "numbers are not the kernel's");
	if (session_open(&s->session, o) == 0 && list(s) == 0 &&
	    session_arm(&s->session, learn, s) == 0)
		return 0;
	if (!s->snapshot->why[0])
		why_set(s->snapshot->why, "%s", s->session.why);
	return -1;
}

/* Only who lives is there now. */
static void
drop_dead(struct tree *t)
{
	for (uint32_t i = 1; i < t->nodes; i++)
		if (!lives(tree_node(t, i)))
			tree_node(t, i)->end = 1;
	t->from = UINT64_MAX;
}

int
snapshot_take(struct snapshot *snap, struct tree *tree,
    const struct options *opt, void (*say)(const char *line))
{
	static struct state s;
	struct session_options o = { .tool = opt->tool,
		.kb = opt->kb,
		.insist = opt->insist,
		.toplevel = opt->toplevel,
		.execs = true,
		.bare = true,
		.large = true,
		.args = CMDLINE_ARGS,
		.say = say };
	uint32_t lined = 1;
	int r;

	s = (struct state){ .snapshot = snap, .tree = tree };
	s.session = (struct session){
		.tracefs = -1, .instance.dir = -1, .stats.fd = -1, .opt = o
	};
	s.tasks.seen = known;
	s.tasks.seen_arg = &s;
	signals_begin();
	if (arm(&s, &o) == 0)
		r = take(&s);
	else if (signals_caught)
		r = -1;
	else {
		snap->untraced = true;
		tree_clear(tree);
		tasks_free(&s.tasks);
		s.tasks.seen = known;
		s.tasks.seen_arg = &s;
		r = list(&s);
		look_again(&s, &lined);
		snap->moved = 0;
	}
	if (session_close(&s.session) != 0)
		r = why_set(snap->why, "%s", s.session.why);
	signals_end();
	if (opt->pid && tree_choose(tree, opt->pid) == 0)
		r = why_set(snap->why, "pid %d: %s", opt->pid, strerror(ESRCH));
	drop_dead(tree);
	tree_finish(tree, &s.tasks, clock_boot());
	tasks_free(&s.tasks);
	return r;
}
