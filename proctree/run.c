#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../lib/clock.h"
#include "../lib/complain.h"
#include "../lib/source.h"
#include "ancestors.h"
#include "snapshot.h"

#define INDENT_MAX 100 /* columns, of -f */

static struct request *request;
static struct view *view;
static struct tree tree;
static bool nothing;	       /* to draw: -A of nobody */
static struct cgroups cgroups; /* -A */
static const struct source *source;

/* ---- the trace ---- */

static void
known(void *arg, const struct event *e)
{
	(void)arg;
	/* A recording of a subtree says so in its first lines. */
	if (source && source->in >= 0 && !tree.chosen && source->root &&
	    !request->ancestors) {
		tree.chosen = true;
		tree.choose = source->root;
	}
	tree_apply(&tree, e);
	if (request->ancestors || request->answer)
		cgroups_apply(&cgroups, &tree, e);
}

static void
begun(const struct source *s)
{
	source = s;
	view->origin = s->armed;
	view->wall_offset = s->wall_offset;
	if (s->live && s->root && !request->ancestors)
		tree_choose(&tree, s->root);
	tree.counts.rollovers = 0;
	tree.last_tid = tree.max_tid = 0;
}

/* Where offsets count from: the beginning of the command, of the trace, or,
 * where that is not known, of the first process that began. */
static uint64_t
origin(const struct source *s)
{
	const struct node *n;

	for (uint32_t i = 1; i < tree.nodes; i++) {
		n = tree_node(&tree, i);
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

/* -A: of the last process with that pid. */
static int
keep_ancestors(void)
{
	uint32_t node = tree_find(&tree, (int)request->ancestors), root;
	char why[WHY_LEN];

	if (!node) {
		complain("pid %ld: %s", request->ancestors, strerror(ESRCH));
		return -1;
	}
	root = ancestors_root(&tree, &cgroups, node, why);
	if (why[0])
		tool_say(why);
	ancestors_keep(&tree, node, root);
	return 0;
}

/* Choose what is drawn.  Returns 0, or -1: nothing. */
static int
choose(void)
{
	view->tree = &tree;
	if (request->ancestors && keep_ancestors() != 0)
		return -1;
	if (request->shortest || request->fresh)
		view->hidden = tree_hide(&tree, request->shortest,
		    request->fresh ? view->origin : 0);
	tree_number(&tree);
	return 0;
}

static void
over(const struct source *s)
{
	tree.from = s->armed;
	tree_finish(&tree, &s->tasks, s->ended);
	view->wall_offset = s->wall_offset;
	view->lost = s->lost;
	view->lost_some = s->lost_some;
	view->origin = origin(s);
	nothing = choose() != 0;
}

static int
draw(struct buf *b, int (*flush)(struct buf *))
{
	if (nothing)
		return 0;
	view->flush = flush;
	return request->draw(view, b);
}

/* ---- -f and -A - ---- */

static void
header(struct buf *b)
{
	buf_printf(b, "%7s %s", "PID", "COMMAND");
}

/* Ancestors that began while tracing, or are the root. */
static int
depth_of(const struct node *n)
{
	int depth = 0;

	while (
	    !(n->flags & NODE_PENDING) && n->parent && n->tid != source->root) {
		n = tree_node(&tree, n->parent);
		depth += !(n->flags & NODE_PENDING) || n->tid == source->root;
	}
	return depth;
}

/* A line for each exec. */
static bool
show(struct buf *b, const struct event *e)
{
	uint32_t i = e->type == EVENT_EXEC ? tree_find(&tree, e->pid) : 0;
	const struct node *n;
	int indent;

	if (!i)
		return false;
	n = tree_node(&tree, i);
	indent = 2 * depth_of(n);
	buf_printf(b, "%7d %*s", e->pid,
	    indent < INDENT_MAX ? indent : INDENT_MAX, "");
	view_line(view, b, n, n->exec);
	return true;
}

static bool
answer(struct buf *b)
{
	return ancestors_answer(view, &cgroups, b);
}

/* ---- the closing line ---- */

static void
put_count(struct buf *b, uint64_t n, const char *what)
{
	buf_printf(
	    b, ", %llu %s%s", (unsigned long long)n, what, n == 1 ? "" : "s");
}

static void
summary(void)
{
	const struct tree_counts *c = &tree.counts;
	struct buf b = { 0 };

	buf_printf(&b, "%llu process%s", (unsigned long long)c->processes,
	    c->processes == 1 ? "" : "es");
	put_count(&b, c->orphans, "orphan");
	put_count(&b, c->nameless, "missing comm");
	buf_printf(&b, ", %llu with missing arguments, %s%llu events lost",
	    (unsigned long long)c->argless, view->lost_some ? "at least " : "",
	    (unsigned long long)view->lost);
	put_count(&b, c->reuses, "pid reuse");
	put_count(&b, c->rollovers, "rollover");
	if (c->repaired)
		buf_printf(&b, ", %llu repaired from /proc",
		    (unsigned long long)c->repaired);
	if (c->strangers)
		buf_printf(&b, ", %llu left out: not known whose",
		    (unsigned long long)c->strangers);
	if (c->endless)
		buf_printf(&b, ", %llu of which the end is not known",
		    (unsigned long long)c->endless);
	if (request->shortest || request->fresh)
		buf_printf(
		    &b, ", %llu hidden", (unsigned long long)view->hidden);
	buf_putc(&b, '\0');
	complain("%s", b.failed ? strerror(ENOMEM) : b.data);
	buf_free(&b);
}

/* ---- */

static void
begin(struct tool *t, struct request *r)
{
	struct winsize size;

	request = r;
	view = &r->view;
	view->tree = &tree;
	tree_init(&tree);
	tree.threads = view->threads;
	view->cut = view->cut && !r->output && isatty(STDOUT_FILENO) &&
	    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
	if (view->cut)
		view->width = size.ws_col;
	if (!r->output)
		return;
	/* At once, not when the trace is over: it may fail. */
	t->out = open(
	    r->output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (t->out < 0)
		die_errno(tool_failed(t), "%s", r->output);
}

int
run_trace(struct tool *t, struct request *r)
{
	int status;

	begin(t, r);
	t->begun = begun;
	t->over = over;
	if (r->answer)
		t->idle = answer;
	else if (r->follow) {
		t->header = header;
		t->show = show;
	} else
		t->draw = draw;
	t->summary = summary;
	t->session.cgroups = r->ancestors || r->answer;
	t->session.large = true;
	t->session.known = known;
	t->session.execs = t->session.exits = t->session.usage = true;
	t->session.keep = true;
	t->session.args = INT_MAX;
	status = tool_run(t);
	if (tree.failed)
		complain("%s: the tree is not complete", strerror(ENOMEM));
	return status || !(tree.failed || nothing) ? status : tool_failed(t);
}

int
run_snapshot(struct tool *t, struct request *r)
{
	struct snapshot s = { .threads = r->view.threads,
		.only = t->opt.pid ? t->opt.pid : (int)r->ancestors,
		.up = r->ancestors != 0 };
	int status;

	begin(t, r);
	status = snapshot_take(
	    &s, &tree, &t->opt, t->opt.verbose ? tool_say : NULL);
	if (status != 0 || s.untraced)
		tool_say(s.why);
	if (status != 0)
		return tool_failed(t);
	if (s.untraced)
		complain("not checked by events: what came and went meanwhile "
			 "may be wrong");
	if (s.moved)
		complain(
		    "the parents of %d of them changed all the while", s.moved);
	if (s.lost)
		complain("events were lost: what came and went meanwhile may "
			 "be missing (a larger buffer helps: -b)");
	view->wall_offset = clock_wall_offset();
	view->origin = tree.end;
	t->draw = draw;
	if (choose() != 0)
		return tool_failed(t);
	return tool_draw(t) != 0 ? tool_failed(t) : 0;
}
