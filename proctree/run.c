/*
 * Connects a trace, or a snapshot, with the tree that is made of it and the
 * format that draws the tree.
 */
#include "run.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ancestors.h"
#include "base/output.h"
#include "cli/message.h"
#include "groups.h"
#include "input/source.h"
#include "input/users_recorded.h"
#include "kernel/clock.h"
#include "kernel/proc.h"
#include "output/formats.h"
#include "snapshot.h"
#include "trace/arm_waits.h"

#define DEPTH_MAX 50 /* levels that -f indents, by two columns each */

struct run {
	struct tool *tool;
	struct view_request *request;
	struct view *view;
	struct tree tree;
	bool nothing;		/* to draw: no process has the PID of -A */
	struct cgroups cgroups; /* -A */
	bool blind_set;		/* cgroups.blind is */
	struct ancestors_asked questions; /* -A - */
	const struct source *source;	  /* NULL before the trace has begun */
};

/* ---- the trace ---- */

/* tool.known */
static void
run_known(void *arg, const struct event *e)
{
	struct run *r = arg;
	bool ancestors = r->request->ancestors != 0;

	/* A recording of a subtree says so in its first lines. */
	if (r->source && r->source->in >= 0 && !r->tree.chosen &&
	    r->source->root && !ancestors) {
		r->tree.chosen = true;
		r->tree.choose = r->source->root;
	}
	tree_apply(&r->tree, e);
	if (e->type == EVENT_MARK)
		view_add_mark(r->view, e);
	groups_apply(r->view, e);
	if (!ancestors && !r->request->answer)
		return;
	/* The PIDs of a recording are not looked up in /proc. */
	if (!r->blind_set)
		r->cgroups.blind = r->tool->opt.request.input ||
		    !proc_has_kernel_pids();
	r->blind_set = true;
	cgroups_apply(&r->cgroups, &r->tree, e);
}

static void
run_begun(void *arg, const struct source *s)
{
	struct run *r = arg;

	r->source = s;
	r->view->origin = s->armed;
	r->view->wall_offset = s->wall_offset;
	if (s->live && s->root && !r->request->ancestors)
		tree_choose(&r->tree, s->root);
	r->tree.counts.wraparounds = 0;
	r->tree.last_tid = r->tree.max_tid = 0;
}

/* Where offsets count from: the beginning of the command, of the trace, or,
 * where that is not known, of the first process that began. */
static uint64_t
origin_of(const struct tree *t, const struct source *s)
{
	const struct node *n;

	for (uint32_t i = 1; i < t->nodes; i++) {
		n = tree_node(t, i);
		if (n->flags & NODE_HIDDEN || !n->start)
			continue;
		if (s->armed && n->tid == s->root &&
		    !(n->flags & NODE_COARSE) && n->start < s->armed)
			return n->start;
		if (!s->armed &&
		    (n->tid == s->root || !(n->flags & NODE_BEFORE)))
			return n->start;
	}
	return s->armed;
}

/* -A: of the last process with that PID. */
static int
keep_ancestors(struct run *r)
{
	int pid = (int)r->request->ancestors;
	uint32_t node = tree_find(&r->tree, pid), root;
	struct error error;

	if (!node) {
		complain("pid %d: %s", pid, strerror(ESRCH));
		return -1;
	}
	root = ancestors_root(&r->tree, &r->cgroups, node, &error);
	if (error.text[0])
		tool_say("%s", error.text);
	ancestors_keep(&r->tree, node, root);
	return 0;
}

/* Choose what is drawn.  Returns 0, or -1: nothing. */
static int
choose_nodes(struct run *r)
{
	const struct view_request *q = r->request;

	if (q->ancestors && keep_ancestors(r) != 0)
		return -1;
	if (q->shortest || q->new_only)
		r->view->hidden = tree_hide(
		    &r->tree, q->shortest, q->new_only ? r->view->origin : 0);
	tree_number(&r->tree);
	return 0;
}

static void
run_over(void *arg, const struct source *s)
{
	struct run *r = arg;

	groups_finish(r->view, r->tool->source);
	r->tree.from = s->armed;
	tree_finish(&r->tree, &s->tasks, s->ended);
	r->view->wall_offset = s->wall_offset;
	r->view->losses = s->losses;
	r->view->origin = origin_of(&r->tree, s);
	r->view->traced = true;
	r->view->short_lived = summary_short_lived(r->view);
	memcpy(r->view->machine, s->machine, sizeof s->machine);
	r->nothing = choose_nodes(r) != 0;
}

static int
run_draw(void *arg, struct buf *b, struct sink *sink)
{
	struct run *r = arg;

	if (r->nothing)
		return 0;
	r->view->sink = sink;
	return r->request->draw(r->view, b);
}

/* ---- -f and -A - ---- */

static void
follow_header(void *arg, struct buf *b)
{
	(void)arg;
	buf_printf(b, "%7s %s", "PID", "COMMAND");
}

/* Ancestors that began while tracing, or are the root, up to DEPTH_MAX.  In a
 * recording that is not true, two processes can be ancestors of each other. */
static int
depth_of(const struct run *r, const struct node *n)
{
	int depth = 0, root = r->source->root;

	while (!(n->flags & NODE_PENDING) && n->parent && n->tid != root &&
	    depth < DEPTH_MAX) {
		n = tree_node(&r->tree, n->parent);
		if (!(n->flags & NODE_PENDING) || n->tid == root)
			depth++;
	}
	return depth;
}

/* A line for each exec. */
static bool
follow_wanted(void *arg, const struct event *e)
{
	const struct run *r = arg;

	return e->type == EVENT_EXEC && tree_find(&r->tree, e->task.pid);
}

static void
follow_show(void *arg, struct buf *b, const struct event *e)
{
	const struct run *r = arg;
	const struct node *n = tree_node(
	    &r->tree, tree_find(&r->tree, e->task.pid));

	buf_printf(b, "%7d %*s", e->task.pid, 2 * depth_of(r, n), "");
	view_line(r->view, b, n, n->exec);
}

static bool
run_answer(void *arg, struct buf *b)
{
	struct run *r = arg;

	return ancestors_answer(
	    &r->questions, r->view, &r->cgroups, b, source_taken(r->source));
}

/* ---- the closing line ---- */

static void
put_count(struct buf *b, uint64_t n, const char *what)
{
	buf_printf(
	    b, ", %llu %s%s", (unsigned long long)n, what, n == 1 ? "" : "s");
}

static void
run_summary(void *arg)
{
	const struct run *r = arg;
	const struct tree_counts *c = &r->tree.counts;
	const struct view *view = r->view;
	struct buf b = { 0 };

	buf_printf(&b, "%llu process%s", (unsigned long long)c->processes,
	    c->processes == 1 ? "" : "es");
	put_count(&b, c->orphans, "orphan");
	put_count(&b, c->nameless, "missing comm");
	buf_printf(&b, ", %llu with missing arguments, %s%llu events lost",
	    (unsigned long long)c->argless,
	    view->losses.uncounted ? "at least " : "",
	    (unsigned long long)view->losses.events);
	put_count(&b, c->reuses, "pid reuse");
	put_count(&b, c->wraparounds, "PID wraparound");
	if (c->repaired)
		buf_printf(&b, ", %llu repaired from /proc",
		    (unsigned long long)c->repaired);
	if (c->strangers)
		buf_printf(&b, ", %llu left out: not known whose",
		    (unsigned long long)c->strangers);
	if (c->endless)
		buf_printf(&b, ", %llu of which the end is not known",
		    (unsigned long long)c->endless);
	if (r->request->shortest || r->request->new_only)
		buf_printf(
		    &b, ", %llu hidden", (unsigned long long)view->hidden);
	buf_putc(&b, '\0');
	complain("%s", b.failed ? strerror(ENOMEM) : b.data);
	buf_free(&b);
}

/* ---- */

static void
run_init(struct run *r)
{
	struct view *view = r->view = &r->request->view;
	const char *output = r->request->output;
	struct winsize size;
	struct error error;

	view->tree = &r->tree;
	r->tree.threads = view->threads;
	r->cgroups.ignored = r->request->to_first;
	view->cut = view->cut && !output && isatty(STDOUT_FILENO) &&
	    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
	if (view->cut)
		view->width = size.ws_col;
	r->tool->arg = r;
	r->tool->draw = run_draw;
	if (!output)
		return;
	/* At once, not when the trace is over: it may fail. */
	r->tool->sink.fd = output_open(output, &error);
	if (r->tool->sink.fd < 0) {
		tool_say("%s", error.text);
		exit(tool_failed(r->tool));
	}
}

int
run_trace(struct tool *t, struct view_request *q)
{
	struct run r = { .tool = t, .request = q };
	int status;

	run_init(&r);
	t->begun = run_begun;
	t->over = run_over;
	if (q->answer)
		t->idle = run_answer;
	if (q->follow) {
		t->header = follow_header;
		t->wanted = follow_wanted;
		t->show = follow_show;
	}
	if (q->answer || q->follow || (t->opt.request.stream && !q->output))
		t->draw = NULL;
	t->summary = run_summary;
	t->known = run_known;
	t->session.moves = q->ancestors || q->answer;
	t->session.cgroups = q->view.group == GROUP_CGROUP;
	if (q->view.group == GROUP_USER)
		t->session.users = &users_recorded;
	t->session.large = true;
	t->session.execs = t->session.exits = t->session.usage = true;
	t->session.senders = t->session.keep = true;
	/* Of the whole machine there is no critical path. */
	if (q->waits &&
	    (t->opt.request.command || t->opt.request.pid || t->opt.check))
		t->session.arm_waits = arm_waits;
	t->session.args = INT_MAX;
	status = tool_run(t);
	buf_free(&r.view->marks);
	if (r.tree.failed)
		complain("%s: the tree is not complete", strerror(ENOMEM));
	if (!status && (r.tree.failed || r.nothing))
		status = tool_failed(t);
	return status;
}

/* What a user must know of a snapshot. */
static void
note_snapshot(const struct snapshot *s)
{
	if (s->nested)
		tool_note_pids();
	if (s->untraced)
		complain("not checked by events: what came and went meanwhile "
			 "may be wrong");
	if (s->moved)
		complain("the parents of %d of them changed all the while",
		    s->moved);
	if (s->lost)
		complain("events were lost: what came and went meanwhile may "
			 "be missing (a larger buffer helps: -b)");
}

int
run_snapshot(struct tool *t, struct view_request *q)
{
	struct snapshot s = { .threads = q->view.threads,
		.only = (int)q->ancestors,
		.up = q->ancestors != 0 };
	struct run r = { .tool = t, .request = q };
	int status;

	if (t->opt.request.pid)
		s.only = t->opt.request.pid;
	run_init(&r);
	status = tool_begin(t, &s.error);
	if (status == 0)
		status = snapshot_take(&s, &r.tree, &t->opt, tool_findings(t));
	if (status != 0 || s.untraced)
		tool_say("%s", s.error.text);
	if (s.left.text[0])
		tool_say("%s", s.left.text);
	if (status != 0)
		return tool_failed(t);
	note_snapshot(&s);
	groups_snapshot(r.view);
	r.view->wall_offset = clock_wall_offset();
	r.view->origin = r.tree.end;
	if (choose_nodes(&r) != 0 || tool_draw(t) != 0)
		return tool_failed(t);
	return 0;
}
