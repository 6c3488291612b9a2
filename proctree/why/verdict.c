/* Verdicts: what is worth saying of a trace, if it is known. */
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/units.h"
#include "cli/columns.h"
#include "output/commands.h"
#include "why/steps.h"

#define OFTEN	    10		    /* a command, or a line, that often */
#define BRIEF	    (10 * 1000000u) /* ns: a short process */
#define BRIEF_LEAST 25		    /* percent of CPU time that they take */
#define LINE_WIDTH  60		    /* columns of a command line */

/* The sums that verdicts are of, over all processes that are counted. */
struct tally {
	struct why *why;
	uint64_t wall;			 /* ns, of the root, or of the trace */
	struct cost wait, brief, longer; /* of all, of those that ended */
	uint64_t briefs, failed;
	uint32_t first_failed;	  /* a node */
	struct commands commands; /* by name */
	uint64_t *lines;	  /* of each command line, how often */
	uint64_t most;		  /* at work at once */
};

/* A verdict that is not yet in the list. */
struct draft {
	struct verdict verdict;
	struct buf text;
};

static const char *const names[] = { [VERDICT_SERIAL] = "serial",
	[VERDICT_CPUS] = "cpus",
	[VERDICT_COMMAND] = "command",
	[VERDICT_LINE] = "line",
	[VERDICT_SHORT] = "short",
	[VERDICT_FAILURE] = "failure" };

const char *
verdict_name(enum verdict_kind kind)
{
	return names[kind];
}

static void
draft_number(struct draft *d, const char *name, enum verdict_unit unit,
    uint64_t value, bool least)
{
	struct verdict *v = &d->verdict;

	v->number[v->numbers++] = (struct verdict_number){
		.name = name, .unit = unit, .least = least, .value = value
	};
}

/* Add a number, and append it to the text. */
static void
put_seconds(struct draft *d, const char *name, uint64_t ns, bool least)
{
	draft_number(d, name, UNIT_NS, ns, least);
	buf_puts(&d->text, least ? ">=" : "");
	print_milliseconds(&d->text, ns, 1);
}

static void
put_count(struct draft *d, const char *name, uint64_t n)
{
	draft_number(d, name, UNIT_COUNT, n, false);
	number_put(&d->text, n, 1, '0');
}

static void
put_name(const struct tally *t, struct draft *d, uint32_t node)
{
	const struct view *v = t->why->view;
	size_t len;
	const char *name = view_name(v, tree_node(v->tree, node), &len);

	escape_text(&d->text, len ? name : "?", len ? len : 1);
}

/* The command line of a process, or the beginning of it. */
static void
put_line(const struct tally *t, struct draft *d, uint32_t node)
{
	struct view narrow = *t->why->view;
	const struct node *n = tree_node(narrow.tree, node);
	size_t start = d->text.len;

	view_line(&narrow, &d->text, n, n->exec);
	narrow.cut = true;
	narrow.width = LINE_WIDTH;
	view_line_cut(&narrow, &d->text, start);
}

static void
put_cpus(const struct tally *t, struct draft *d)
{
	if (!t->why->cpus)
		return;
	buf_puts(&d->text, " on ");
	put_count(d, "cpus", (uint64_t)t->why->cpus);
	buf_puts(&d->text, t->why->cpus == 1 ? " CPU" : " CPUs");
}

static void
draft_done(struct tally *t, struct draft *d)
{
	struct why *w = t->why;

	buf_putc(&d->text, '\0');
	d->verdict.text = d->text.data;
	w->failed |= d->text.failed;
	if (d->text.failed || w->verdicts == VERDICTS_MOST)
		buf_free(&d->text);
	else
		w->verdict[w->verdicts++] = d->verdict;
}

/* ---- one process at work ---- */

/* Add up, for each node, the time during which it or one below it was the only
 * one; the longest time without a break goes to the verdict.  Returns all. */
static uint64_t
serial_times(const struct why *w, uint64_t *alone, struct verdict *v)
{
	uint64_t sum = 0, since = 0;

	for (uint32_t i = 0; i + 1 < w->steps; i++) {
		const struct why_step *s = &w->step[i], *next = s + 1;
		uint64_t ns = next->ts - s->ts;

		if (s->leaves != 1 || s->ts >= w->path.to) {
			since = 0;
			continue;
		}
		since = since ? since : s->ts;
		if (next->ts - since > v->to - v->from) {
			v->from = since;
			v->to = next->ts;
		}
		alone[s->node] += ns;
		sum += ns;
	}
	return sum;
}

/* Parents get what is below them: they come before it. */
static bool
serial_sum(const struct tree *t, uint64_t *alone)
{
	uint32_t *order = malloc((t->nodes + 1) * sizeof *order), count = 0;

	if (!order)
		return false;
	for (uint32_t i = 0; (i = tree_next(t, i, NULL)) != 0;)
		order[count++] = i;
	while (count--)
		alone[tree_node(t, order[count])->parent] +=
		    alone[order[count]];
	free(order);
	return true;
}

/* The last process below the root, going down, that has half of it; 0: it is
 * not in one. */
static uint32_t
serial_where(const struct why *w, const uint64_t *alone)
{
	const struct tree *t = w->view->tree;
	uint32_t found = 0, i = tree_node(t, w->path.root)->first;

	while (i) {
		if (!(tree_node(t, i)->flags & NODE_HIDDEN) &&
		    2 * alone[i] >= alone[w->path.root] && alone[i]) {
			found = i;
			i = tree_node(t, i)->first;
		} else
			i = tree_node(t, i)->next;
	}
	return found;
}

static void
serial_draft(struct tally *t, struct draft *d, const uint64_t *alone)
{
	uint32_t where = serial_where(t->why, alone);

	buf_puts(&d->text, " s of ");
	put_seconds(d, "wall", t->wall, false);
	buf_puts(&d->text, " with one process");
	put_cpus(t, d);
	d->verdict.node = where ? where : t->why->path.root;
	if (where) {
		buf_puts(&d->text, ", ");
		put_seconds(d, "in", alone[where], false);
		buf_puts(&d->text, " of them in ");
		put_line(t, d, where);
	}
	draft_done(t, d);
}

static void
verdict_serial(struct tally *t)
{
	struct why *w = t->why;
	struct draft d = { .verdict.kind = VERDICT_SERIAL };
	uint64_t *alone = calloc(w->view->tree->nodes + 1, sizeof *alone), one;

	if (!alone)
		w->failed = true;
	else if (w->path.root && w->cpus != 1) {
		one = serial_times(w, alone, &d.verdict);
		if (!serial_sum(w->view->tree, alone))
			w->failed = true;
		else if (one >= t->wall / 5) {
			put_seconds(&d, "one", one, false);
			serial_draft(t, &d, alone);
		}
	}
	free(alone);
}

/* ---- CPUs ---- */

/* Who waited cannot have waited for longer than that in all: without it the
 * root would not end much earlier.  But who waited for one of fewer CPUs than
 * there were processes would have got another. */
static void
verdict_cpus(struct tally *t)
{
	struct draft d = { .verdict.kind = VERDICT_CPUS };
	struct buf *b = &d.text;
	uint64_t cpus = (uint64_t)t->why->cpus, wait = t->wait.wait;
	bool known = !t->wait.no_wait, much = wait >= t->wall / 4 && wait;
	bool help = much && cpus && t->most > cpus;

	if (!help && !t->why->path.root)
		return;
	if (!help && (much ? !cpus : !known || wait > t->wall / 20))
		return;
	buf_puts(b, "waited for a CPU ");
	buf_puts(b, much ? "" : "only ");
	put_seconds(&d, "wait", wait, !known);
	buf_puts(b, " s in ");
	put_seconds(&d, "wall", t->wall, false);
	buf_puts(b, help ? ", up to " : ", never more than ");
	put_count(&d, "most", t->most);
	buf_puts(b, " at work");
	put_cpus(t, &d);
	if (help)
		buf_puts(b, ": more CPUs would help");
	else if (much)
		buf_puts(b, ": others used them, or they are limited");
	else
		buf_puts(b, ": more CPUs would not help");
	draft_done(t, &d);
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
	struct draft d = { .verdict.kind = VERDICT_COMMAND };

	d.verdict.node = command_node(t->why, c);
	escape_text(&d.text, c->name, c->len);
	buf_putc(&d.text, ' ');
	put_count(&d, "count", c->count);
	buf_puts(&d.text, " times");
	if (!c->cost.inexact || c->cost.min) {
		buf_puts(&d.text, ", ");
		put_seconds(&d, "cpu", c->cost.min, c->cost.inexact);
		buf_puts(&d.text, " s of CPU");
	}
	draft_done(t, &d);
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
	struct draft d = { .verdict.kind = VERDICT_LINE };
	const struct tree *tree = t->why->view->tree;
	uint32_t best = 0, i = 0;

	for (uint32_t k = 1; k <= tree->cmdlines.index.count; k++)
		if (t->lines[k] > t->lines[best])
			best = k;
	if (t->lines[best] < OFTEN)
		return;
	while ((i = tree_next(tree, i, NULL)) != 0 && !d.verdict.node)
		if (line_of(tree, tree_node(tree, i)) == best)
			d.verdict.node = i;
	buf_puts(&d.text, "the same command line ");
	put_count(&d, "count", t->lines[best]);
	buf_puts(&d.text, " times: ");
	put_line(t, &d, d.verdict.node);
	draft_done(t, &d);
}

/* ---- short processes, and failures ---- */

static void
verdict_short(struct tally *t)
{
	struct draft d = { .verdict.kind = VERDICT_SHORT };
	const struct cost *x = &t->brief, *y = &t->longer;
	bool exact = !x->inexact && !y->inexact;
	uint64_t least = number_share(1000, x->min, x->min + y->max);
	uint64_t most = number_share(1000, x->max, x->max + y->min);

	if (x->unbounded || y->unbounded || least < 10 * BRIEF_LEAST)
		return;
	least = (least + (exact ? 5 : 0)) / 10;
	most = exact ? least : (most + 9) / 10;
	draft_number(&d, "percent_min", UNIT_PERCENT, least, false);
	draft_number(&d, "percent_max", UNIT_PERCENT, most, false);
	number_put(&d.text, least, 1, '0');
	if (most > least) {
		buf_puts(&d.text, " to ");
		number_put(&d.text, most, 1, '0');
	}
	buf_puts(&d.text, " % of CPU time in ");
	put_count(&d, "count", t->briefs);
	buf_puts(&d.text, " processes shorter than 10 ms");
	draft_done(t, &d);
}

static void
verdict_failure(struct tally *t)
{
	struct draft d = { .verdict.kind = VERDICT_FAILURE };
	const struct node *n = tree_node(t->why->view->tree, t->first_failed);
	uint64_t origin = t->why->view->origin;

	if (!t->first_failed)
		return;
	d.verdict.node = t->first_failed;
	d.verdict.from = d.verdict.to = n->end;
	buf_puts(&d.text, "first failure: ");
	put_name(t, &d, t->first_failed);
	buf_puts(&d.text, " at ");
	put_seconds(&d, "at", n->end > origin ? n->end - origin : 0, false);
	buf_puts(&d.text, n->code & 0x7f ? " s, " : " s, exit ");
	view_status(&d.text, n);
	buf_puts(&d.text, ", ");
	put_count(&d, "failed", t->failed);
	buf_puts(&d.text, " failed");
	draft_done(t, &d);
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

bool
why_concerns(const struct why *w, const struct verdict *v, const struct node *n)
{
	const struct tree *t = w->view->tree;
	const struct node *one = tree_node(t, v->node);
	size_t len;
	const char *name = view_name(w->view, one, &len);

	if (!why_counts(w, n))
		return false;
	switch (v->kind) {
	case VERDICT_COMMAND:
		return has_name(w->view, n, name, len);
	case VERDICT_LINE:
		return line_of(t, n) == line_of(t, one);
	case VERDICT_SHORT:
		return n->flags & NODE_ENDED && n->end - n->start < BRIEF;
	default:
		return !v->node || n == one;
	}
}
