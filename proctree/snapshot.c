/*
 * The parent of a process changes only when the parent ends.  So a tree in
 * which, by all events up to a moment, every process runs and no parent has
 * ended is the tree at that moment.  A process whose parent has ended meanwhile
 * is looked up again.
 */
#include "snapshot.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "kernel/clock.h"
#include "input/cmdline.h"
#include "kernel/proclist.h"
#include "kernel/proc.h"
#include "kernel/proc_task.h"
#include "input/signals.h"
#include "task/table.h"
#include "trace/arm.h"
#include "trace/finding.h"
#include "trace/session_rights.h"
#include "tree/node.h"

#define ROUNDS_NS    1000000000u /* to look again and again */
#define NAP_NS	     300000	 /* for a parent that is about to end */
#define SYNC_WAIT_NS 2000000000u /* for events that never come */

struct state {
	struct snapshot *snapshot;
	struct session session;
	struct tasks tasks;
	struct tree *tree;
	bool lost; /* events: all has to be listed again */
};

static void
snapshot_known(void *arg, const struct event *e)
{
	struct state *s = arg;

	tree_apply(s->tree, e);
}

/* session_seen */
static void
snapshot_apply(void *arg, struct event *e)
{
	struct state *s = arg;

	if (e->type == EVENT_LOST)
		s->lost = true;
	tasks_apply(&s->tasks, e);
}

static int
snapshot_apply_listed(void *arg, const struct event *e)
{
	struct event copy = *e;
	struct state *s = arg;

	if (session_is_helper(&s->session, e))
		return signals_caught;
	copy.found.rough = true;
	snapshot_apply(arg, &copy);
	return signals_caught;
}

static int
snapshot_list(struct state *s)
{
	const char *how = "/proc/PID/stat and its threads";
	int r = s->snapshot->threads ?
	    proc_list(snapshot_apply_listed, s) :
	    list_processes(snapshot_apply_listed, s, &how);

	if (r < 0)
		error_set(&s->snapshot->error, "/proc: %m");
	else
		finding_add(
		    &s->session.opt.findings, NULL, NULL, "listed by %s", how);
	return r;
}

/* Apply all that happened up to now. */
static int
catch_up(struct state *s)
{
	uint64_t now = clock_boot();
	struct event e;
	long n;

	while (
	    (s->session.until < now || exec_pending(&s->session.assembler)) &&
	    clock_boot() < now + SYNC_WAIT_NS) {
		n = session_sweep(&s->session);
		if (n < 0)
			return error_set(
			    &s->snapshot->error, "%s", s->session.error.text);
		while (session_next(&s->session, &e))
			snapshot_apply(s, &e);
		if (n == 0 && s->session.until < now)
			reader_wait(
			    &s->session.reader, SESSION_STEP_NS / 4, NULL);
		signals_poll();
		if (signals_caught)
			return error_set(&s->snapshot->error, "interrupted");
	}
	return 0;
}

/* Is it running, as far as is known? */
static bool
lives(const struct node *n)
{
	return !(n->flags & (NODE_ENDED | NODE_LOST));
}

/* Is its command line wanted: is it below (or above) the process asked for? */
static bool
wants_cmdline(const struct state *s, uint32_t i)
{
	int only = s->snapshot->only;
	uint32_t from = tree_find(s->tree, only), to = i;
	uint32_t left = s->tree->nodes; /* start times are not exact */

	if (s->snapshot->up) {
		from = i;
		to = tree_find(s->tree, only);
	}
	while (only && to && to != from && left--)
		to = tree_parent(s->tree, to);
	return !only || to;
}

/* Read the command line; kernel threads have none. */
static int
snapshot_cmdline(struct state *s, const struct node *n)
{
	struct event e = { .type = EVENT_TASK,
		.tid = n->tid,
		.task = { .pid = n->tid,
		    .ppid = n->ppid,
		    .start = n->start,
		    .again = true },
		.args.argc = -1 };

	cmdline_args(&e);
	if (e.args.state == ARGS_NONE)
		return 0;
	memcpy(e.comm, n->comm, COMM_LEN);
	tree_apply(s->tree, &e);
	return 1;
}

/* Has the parent waited for this zombie?  No event reports that. */
static bool
is_reaped(const struct node *n)
{
	struct event e;

	return proc_look(n->tid, &e) != 0 || !node_is_near(n, e.found.start);
}

enum check { SETTLED, CHANGED, PENDING };

/* Look the parent up again if it has ended, or if the process has another one
 * (CLONE_PARENT). */
static enum check
check_parent(struct state *s, uint32_t i)
{
	struct node *n = tree_node(s->tree, i), *p;
	uint32_t above = tree_parent(s->tree, i);
	struct event e;

	p = above ? tree_node(s->tree, above) : NULL;
	if (n->ppid == 0 || (p && lives(p) && p->tid == n->ppid))
		return SETTLED;
	if (proc_look(n->tid, &e) != 0) /* it ends, or is hidden */
		return p ? PENDING : SETTLED;
	if (e.found.ppid == n->ppid) /* its parent ends, or is hidden */
		return p ? PENDING : SETTLED;
	node_seek_parent(s->tree, n, e.found.ppid);
	return CHANGED;
}

/* Look up what changed since the last time.  Returns how much must be checked
 * by the events that came meanwhile. */
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
		if (c == CHANGED)
			changed++;
		else if (c == PENDING)
			pending++;
		if (i >= *lined && !n->exec && n->ppid != 2 &&
		    wants_cmdline(s, i))
			changed += snapshot_cmdline(s, n);
	}
	*lined = nodes;
	s->snapshot->moved = changed + pending;
	return changed + pending;
}

/* Has the process ended?  /proc may hide one that runs (hidepid). */
static bool
is_gone(const struct state *s, int pid)
{
	struct proc_stat p;

	if (s->session.nested)
		return proc_stat_read(&p, pid) != 0;
	return kill(pid, 0) != 0 && errno == ESRCH;
}

/*
 * A process whose exit event came before events were armed is gone without an
 * event.  The event of any other process that is gone is still to be read: a
 * process that is in the tree after that, and was gone before it, is one of the
 * former.  Returns how many must be checked again.
 */
static int
look_for_gone(struct state *s)
{
	int missing = 0;

	for (uint32_t i = 1; i < s->tree->nodes; i++) {
		struct node *n = tree_node(s->tree, i);

		if (!lives(n) || !(n->flags & NODE_BEFORE) ||
		    !is_gone(s, n->tid))
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
snapshot_trace(struct state *s)
{
	static const struct timespec nap = { 0, NAP_NS };
	uint64_t end = clock_boot() + ROUNDS_NS;
	uint32_t lined = 1;

	for (;;) {
		if (catch_up(s) != 0)
			return -1;
		if (session_untold(&s->session) > 0)
			s->lost = true;
		if (s->lost && clock_boot() < end) {
			s->lost = false;
			lined = 1;
			if (snapshot_list(s) != 0)
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

/* Arm, then list.  Returns 0, or -1 with an error if there are no events. */
static int
snapshot_arm(struct state *s, const struct session_options *o)
{
	if (!proc_has_kernel_pids())
		return error_set(&s->snapshot->error,
		    "events: they have the PIDs of the first pid namespace, "
		    "and /proc has others (see --proc)");
	if (session_open(&s->session, o) == 0 && arm_tasks(&s->session) == 0 &&
	    snapshot_list(s) == 0 &&
	    arm_session(&s->session, snapshot_apply, s) == 0)
		return 0;
	if (!s->snapshot->error.text[0])
		error_set(&s->snapshot->error, "%s", s->session.error.text);
	return -1;
}

/* A snapshot has only running processes. */
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
    const struct options *opt, struct findings findings)
{
	static struct state s;
	struct session_options o = { .tool = opt->tool,
		.kb = opt->kb,
		.force = opt->force,
		.toplevel = opt->toplevel,
		.execs = true,
		.bare = true,
		.large = true,
		.args = CMDLINE_ARGS,
		.findings = findings,
		.ending = signals_pending };
	uint32_t lined = 1;
	int r, closed;

	s = (struct state){ .snapshot = snap, .tree = tree };
	s.session = (struct session){
		.tracefs = -1, .instance.dir = -1, .stats.fd = -1, .opt = o
	};
	s.tasks.seen = snapshot_known;
	s.tasks.seen_arg = &s;
	signals_begin();
	if (snapshot_arm(&s, &o) == 0) {
		session_drop_rights(&s.session, false);
		r = snapshot_trace(&s);
	} else if (signals_caught)
		r = -1;
	else {
		snap->untraced = true;
		tree_free(tree);
		tree->threads = snap->threads;
		tasks_free(&s.tasks);
		s.tasks.seen = snapshot_known;
		s.tasks.seen_arg = &s;
		r = snapshot_list(&s);
		look_again(&s, &lined);
		snap->moved = 0;
	}
	snap->nested = s.session.nested && !snap->untraced;
	closed = session_close(&s.session);
	if (closed < 0)
		r = error_set(&snap->error, "%s", s.session.error.text);
	else if (closed > 0)
		snap->left = s.session.error;
	signals_end();
	if (opt->request.pid && tree_choose(tree, opt->request.pid) == 0)
		r = error_set(&snap->error, "pid %d: %s", opt->request.pid,
		    strerror(ESRCH));
	drop_dead(tree);
	tree_finish(tree, &s.tasks, clock_boot());
	tasks_free(&s.tasks);
	return r;
}
