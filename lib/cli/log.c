/* A line for each event: the columns of text, or the members of JSON. */
#include "cli/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/columns.h"
#include "cli/json.h"
#include "cli/message.h"
#include "input/source.h"
#include "base/number.h"

#define ARGS_KEPT 64 /* at least, of the last exec, or for a match */

/* ---- a line ---- */

/* struct tool */
static void
log_header(void *arg, struct buf *b)
{
	const struct log *x = arg;

	for (int i = 0; i < x->count; i++) {
		const struct column *c = x->column[i];
		bool last = i == x->count - 1;

		buf_printf(b, "%*s%s", last && c->width < 0 ? 0 : c->width,
		    column_head(c), last ? "" : " ");
	}
}

static void
log_show(void *arg, struct buf *b, const struct event *e)
{
	struct log *x = arg;

	x->view.wall_offset = x->tool.source->wall_offset;
	for (int i = 0; i < x->count; i++) {
		const struct column *c = x->column[i];
		size_t begin = b->len, width = (size_t)-c->width;

		if (c->width > 0) {
			column_text(&x->field, c, &x->view, e);
			buf_column(b, &x->field, c->width);
			continue;
		}
		column_text(b, c, &x->view, e);
		while (i < x->count - 1 && b->len - begin < width)
			buf_putc(b, ' ');
		/* The end of a thread has no arguments. */
		if (b->len > begin || e->type != EVENT_EXIT)
			buf_putc(b, ' ');
	}
	b->len--; /* the blank after the last one */
}

static void
log_json(void *arg, struct buf *b, const struct event *e)
{
	struct log *x = arg;

	x->view.wall_offset = x->tool.source->wall_offset;
	for (int i = 0; i < x->count; i++)
		column_json(b, x->column[i], &x->view, e);
}

/* ---- which columns ---- */

/* A name of the list, from *s on, which moves after it. */
static const struct column *
next_column(struct log *x, const char **s)
{
	size_t len = strcspn(*s, ","), name = strcspn(*s, ",:");
	const struct column *c = column_find(*s, name, x->in);
	char *end;

	if (!c)
		tool_usage(&x->tool,
		    "-c %.*s: not a column (-c help lists them)", (int)len, *s);
	if (name < len) {
		int64_t n = number_parse(*s + name + 1, &end);

		if (strcmp(c->name, "ancestors") != 0 || end != *s + len ||
		    n < 1 || n > 1000)
			tool_usage(&x->tool,
			    "-c %.*s: only ancestors takes a number, from 1 "
			    "to 1000",
			    (int)len, *s);
		x->view.max_ancestors = (int)n;
	}
	*s += len + ((*s)[len] == ',');
	return c;
}

static bool
has_column(const struct log *x, const struct column *c)
{
	for (int i = 0; i < x->count; i++)
		if (x->column[i] == c)
			return true;
	return false;
}

/* Put a list of columns before the one at place. */
static void
insert_columns(struct log *x, const char *names, int place)
{
	const struct column *c;

	while (*names) {
		c = next_column(x, &names);
		if (has_column(x, c))
			continue;
		if (x->count == COLUMNS_MAX)
			tool_usage(
			    &x->tool, "-c: more than %d columns", COLUMNS_MAX);
		memmove(&x->column[place + 1], &x->column[place],
		    (size_t)(x->count - place) * sizeof(struct column *));
		x->column[place++] = c;
		x->count++;
	}
}

/* Where columns are added: before a last one of any width. */
static int
end_of_columns(const struct log *x)
{
	const struct column *last = x->column[x->count - 1];
	bool any = !last->width || last == column_find("comm", 4, x->in);

	return any && !x->tool.opt.json ? x->count - 1 : x->count;
}

static void
set_session(struct log *x)
{
	struct session_options *o = &x->tool.session;
	unsigned needs = 0;

	for (int i = 0; i < x->count; i++) {
		needs |= x->column[i]->needs;
		if (x->column[i]->needs & NEEDS_TRAIT)
			o->traits_wanted |= 1u << x->column[i]->at;
	}
	if (x->parent.used || x->ancestor.used)
		needs |= NEEDS_LINEAGE;
	if (x->line.used || (x->name.used && (x->names & LOG_PATH)))
		needs |= NEEDS_PROGRAM;
	o->lineages |= needs & NEEDS_LINEAGE;
	o->usage |= needs & NEEDS_USAGE;
	o->senders |= needs & NEEDS_SENDERS;
	o->cgroups |= needs & NEEDS_CGROUP;
	if (needs & NEEDS_USER)
		o->users = x->tool.users;
	if ((needs & NEEDS_PROGRAM) && x->in == OF_EXIT) {
		o->execs = o->keep = true;
		o->args = ARGS_KEPT;
	}
	if (x->line.used && o->args < ARGS_KEPT)
		o->args = ARGS_KEPT;
}

void
log_columns(struct log *x, const char *text, const char *json)
{
	const char *names = x->tool.opt.json ? json : text;
	struct tool *t = &x->tool;
	bool adds = x->asked && *x->asked == '+';
	bool all = x->asked && !adds;

	if (x->asked && (!x->asked[adds] || strcmp(x->asked, "help") == 0)) {
		struct buf b = { 0 };

		columns_help(&b, x->in);
		buf_write(&b, STDOUT_FILENO, NULL, NULL);
		exit(0);
	}
	insert_columns(x, all ? x->asked : names, 0);
	if (adds)
		insert_columns(x, x->asked + 1, end_of_columns(x));
	t->json_all = all;
	t->header = log_header;
	t->show = log_show;
	t->json = log_json;
	set_session(x);
}

void
log_add(char list[LOG_LIST], const char *names)
{
	size_t n = strlen(list);

	snprintf(list + n, LOG_LIST - n, "%s%s", n ? "," : "", names);
}
