/* Verdicts: what is worth saying of a trace, if it is known. */
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "cli/columns.h"
#include "why/steps.h"
#include "why/tally.h"

#define OFTEN	    10		    /* a command, or a line, that often */
#define BRIEF	    (10 * 1000000u) /* ns: a short process */
#define BRIEF_LEAST 25		    /* percent of CPU time that they take */

/* ---- CPUs ---- */

/* Who waited cannot have waited for longer than that in all: without it the
 * root would not end much earlier.  But who waited for one of fewer CPUs than
 * there were processes would have got another. */
static void
verdict_cpus(struct tally *t)
{
	uint64_t cpus = (uint64_t)t->why->cpus, wait = t->wait.wait;
	bool known = !t->wait.no_wait, much = wait >= t->wall / 4 && wait;
	bool help = much && cpus && t->most > cpus;

	if (!help && !t->why->path.root)
		return;
	if (!help && (much ? !cpus : !known || wait > t->wall / 20))
		return;
	draft_put(t, "waited for a CPU ");
	draft_put(t, much ? "" : "only ");
	draft_put(t, known ? "%a s in %w" : "%>a s in %w", wait, t->wall);
	draft_put(t,
	    help ? ", up to %m at work" : ", never more than %m at work",
	    t->most);
	draft_put_cpus(t);
	if (help)
		draft_put(t, ": more CPUs would help, unless they are limited");
	else
		draft_put(t,
		    much ? ": others used them, or they are limited" :
			   ": more CPUs would not help");
	draft_done(t, VERDICT_CPUS);
}

/* ---- what ran often ---- */

static bool
has_name(
    const struct view *v, const struct node *n, const char *name, size_t len)
{
	size_t own_len;
	const char *own = view_name(v, n, &own_len);

	return own_len == len && memcmp(own, name, len) == 0;
}

static uint32_t
command_node(const struct why *w, const struct command_sum *c)
{
	const struct tree *t = w->view->tree;
	uint32_t i = 0;

	while ((i = tree_next(t, i, NULL)) != 0)
		if (why_counts(w, tree_node(t, i)) &&
		    has_name(w->view, tree_node(t, i), c->name, c->len))
			break;
	return i;
}

static void
command_draft(struct tally *t, const struct command_sum *c)
{
	t->verdict.node = command_node(t->why, c);
	escape_text(&t->text, c->name, c->len);
	draft_put(t, " %n times", c->count);
	if (!c->cost.inexact || c->cost.min)
		draft_put(t,
		    c->cost.inexact ? ", %>c s of CPU" : ", %c s of CPU",
		    c->cost.min);
	draft_done(t, VERDICT_COMMAND);
}

/* The one that took most CPU time, and the one that ran most often. */
static void
verdict_commands(struct tally *t)
{
	const struct command_sum *most = NULL, *often = NULL;

	commands_sort(&t->commands);
	for (uint32_t i = 1; i <= t->commands.index.count; i++) {
		const struct command_sum *c = &t->commands.list[i];

		if (c->count < OFTEN || !c->len)
			continue;
		if (!most && c->cost.min)
			most = c;
		if (!often || c->count > often->count)
			often = c;
	}
	if (most)
		command_draft(t, most);
	if (often && often != most)
		command_draft(t, often);
}

/* The number of the command line of a process that called it, 0 if it has
 * none, or not all of it is known. */
static uint32_t
line_of(const struct tree *t, const struct node *n)
{
	struct event e;

	if (!(n->flags & NODE_CALLED) || !n->exec)
		return 0;
	tree_program(t, n->exec, &e);
	if (e.args.state < ARGS_PROC || e.args.missing)
		return 0;
	return tree_exec(t, n->exec)->cmdline;
}

static void
verdict_line(struct tally *t)
{
	const struct tree *tree = t->why->view->tree;
	uint32_t best = 0, i = 0;

	for (uint32_t k = 1; k <= tree->cmdlines.index.count; k++)
		if (t->lines[k] > t->lines[best])
			best = k;
	if (t->lines[best] < OFTEN)
		return;
	while ((i = tree_next(tree, i, NULL)) != 0 && !t->verdict.node)
		if (line_of(tree, tree_node(tree, i)) == best)
			t->verdict.node = i;
	draft_put(t, "the same command line %n times: ", t->lines[best]);
	draft_put_line(t, t->verdict.node);
	draft_done(t, VERDICT_LINE);
}

/* ---- short processes, and failures ---- */

static void
verdict_short(struct tally *t)
{
	const struct cost *x = &t->brief, *y = &t->longer;
	bool exact = !x->inexact && !y->inexact;
	uint64_t least = number_share(1000, x->min, x->min + y->max);
	uint64_t most = number_share(1000, x->max, x->max + y->min);

	if (!x->min || x->unbounded || y->unbounded || least < 10 * BRIEF_LEAST)
		return;
	least = (least + (exact ? 5 : 0)) / 10;
	most = exact ? least : (most + 9) / 10;
	draft_put(t, "%l", least);
	if (most > least)
		draft_put(t, " to %b", most);
	draft_put(t,
	    t->briefs == 1 ? " % of CPU time in %n process" :
			     " % of CPU time in %n processes",
	    t->briefs);
	draft_put(t, " shorter than 10 ms");
	draft_done(t, VERDICT_SHORT);
}

static void
verdict_failure(struct tally *t)
{
	const struct node *n = tree_node(t->why->view->tree, t->first_failed);
	uint64_t origin = t->why->view->origin;

	if (!t->first_failed)
		return;
	t->verdict.node = t->first_failed;
	t->verdict.from = t->verdict.to = n->end;
	draft_put(t, "first failure: ");
	draft_put_name(t, t->first_failed);
	draft_put(t, n->code & 0x7f ? " at %e s, " : " at %e s, exit ",
	    n->end > origin ? n->end - origin : 0);
	view_status(&t->text, n);
	draft_put(t, ", %f failed", t->failed);
	draft_done(t, VERDICT_FAILURE);
}

/* ---- */

static void
count_end(struct tally *t, uint32_t i, const struct node *n)
{
	const struct node *first = tree_node(
	    t->why->view->tree, t->first_failed);
	bool brief = n->end - n->start < BRIEF;

	t->briefs += brief;
	cost_add_usage(brief ? &t->brief : &t->longer, &n->usage);
	if (!view_failed(n))
		return;
	t->failed++;
	if (!t->first_failed || n->end < first->end)
		t->first_failed = i;
}

static void
count_node(struct tally *t, uint32_t i)
{
	const struct view *v = t->why->view;
	const struct node *n = tree_node(v->tree, i);
	struct command_sum c = { .count = 1 };
	size_t len;
	const char *name = view_name(v, n, &len);

	cost_add_usage(&c.cost, &n->usage);
	cost_add(&t->wait, &c.cost);
	commands_add(&t->commands, name, len, &c);
	t->lines[line_of(v->tree, n)]++;
	if (n->flags & NODE_ENDED)
		count_end(t, i, n);
}

static void
count_all(struct tally *t)
{
	const struct why *w = t->why;
	const struct tree *tree = w->view->tree;

	/* What was lost is missing. */
	t->wait.no_wait = tree->losses != 0;
	t->brief.unbounded = tree->losses != 0;
	for (uint32_t i = 0; (i = tree_next(tree, i, NULL)) != 0;)
		if (why_counts(w, tree_node(tree, i)))
			count_node(t, i);
	t->lines[0] = 0;
	for (uint32_t i = 0; i < w->steps; i++)
		if (w->step[i].threads > t->most)
			t->most = w->step[i].threads;
	t->wall = tree->end > w->view->origin ? tree->end - w->view->origin : 0;
	if (w->path.root)
		t->wall = w->path.to - w->path.from;
}

void
verdicts_find(struct why *w)
{
	struct tally t = { .why = w };

	t.lines = calloc(
	    w->view->tree->cmdlines.index.count + 1, sizeof *t.lines);
	if (t.lines) {
		count_all(&t);
		verdict_serial(&t);
		verdict_cpus(&t);
		verdict_commands(&t);
		verdict_line(&t);
		verdict_short(&t);
		verdict_failure(&t);
	}
	w->failed |= !t.lines || t.commands.failed;
	commands_clear(&t.commands);
	free(t.lines);
}
