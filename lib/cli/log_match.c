/* The options of logs, and which events they show. */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "cli/columns.h"
#include "cli/log.h"
#include "cli/message.h"
#include "input/cgroups.h"
#include "input/traits.h"
#include "input/users.h"
#include "task/lineage.h"

const struct tool_option log_options[] = {
	{ 'c', "columns", "list",
	    "columns by name, +list: more of them (help: list them)", 0 },
	{ 'g', "cgroup", "cgroup", "only processes of a cgroup or container",
	    0 },
	{ 'u', "user", "user", "only of this user; !user: not of it", 0 },
	{ OPTION_ANCESTOR, "ancestor", "regex",
	    "only with an ancestor of such a name", 0 },
	{ OPTION_ROTATE, "rotate", "size",
	    "with -w: files of that size (10M) or seconds", 0 },
	{ OPTION_PARENT, "parent", "regex", "only with a parent of such a name",
	    0 },
	{ 0 },
};

/* Over bytes: setlocale(3) is never called. */
static void
compile(
    struct log *x, struct log_regex *r, const char *what, const char *pattern)
{
	int error;
	char why[128];

	if (r->used)
		regfree(&r->regex);
	error = regcomp(&r->regex, pattern, REG_EXTENDED | REG_NOSUB);
	r->used = true;
	if (error == 0)
		return;
	regerror(error, &r->regex, why, sizeof why);
	tool_usage(&x->tool, "%s %s: %s", what, pattern, why);
}

/* struct tool: by all filters of who a process is. */
static int
selects(const void *arg, const struct event *e)
{
	const struct log *x = arg;
	int cgroup = cgroup_filter_match(&x->cgroups, e);
	int user = user_filter_match(&x->users, e);

	if (!cgroup || !user)
		return 0;
	return cgroup < user ? cgroup : user;
}

static void
take_cgroup(struct log *x, const char *text)
{
	const char *why;

	if (cgroup_filter_parse(&x->cgroups, text, &why) != 0)
		tool_usage(&x->tool, "%s %s: %s", x->tool.option, text, why);
	x->tool.session.cgroups = true;
}

static void
take_user(struct log *x, const char *text)
{
	const char *why;

	if (user_filter_parse(&x->users, text, &why) != 0)
		tool_usage(&x->tool, "%s %s: %s", x->tool.option, text, why);
	x->tool.session.users = &users_seen;
}

/* struct tool */
static void
log_option(void *arg, int letter, const char *value)
{
	struct log *x = arg;

	switch (letter) {
	case 'c':
		x->asked = value;
		break;
	case 'g':
		take_cgroup(x, value);
		break;
	case 'u':
		take_user(x, value);
		break;
	case 'l':
		compile(x, &x->line, x->tool.option, value);
		break;
	case OPTION_PARENT:
		compile(x, &x->parent, x->tool.option, value);
		break;
	case OPTION_ANCESTOR:
		compile(x, &x->ancestor, x->tool.option, value);
		break;
	case OPTION_ROTATE:
		log_rotate(x, value);
		break;
	default:
		x->option(x, letter, value);
	}
}

void
log_parse(struct log *x, int argc, char **argv)
{
	struct tool *t = &x->tool;

	t->arg = x;
	t->shared = log_options;
	t->cgroups = &cgroup_lookup;
	t->users = &users_seen;
	t->session.traits = &traits_seen;
	t->own_option = log_option;
	tool_options(t, argc, argv);
	if (x->cgroups.count || x->users.count) {
		t->selects = selects;
		t->filter = x;
	}
	if (t->operand < argc && &argv[t->operand] != t->opt.request.command &&
	    strcmp(argv[t->operand], "--") != 0)
		compile(x, &x->name, "name", argv[t->operand++]);
	tool_no_operands(t, argc, argv);
	log_rotate_check(x);
}

/* ---- matching ---- */

static bool
fail(struct log *x)
{
	complain("%s", strerror(ENOMEM));
	x->tool.failed = true;
	return false;
}

static bool
match(struct log *x, const struct log_regex *r, const char *s)
{
	int error = regexec(&r->regex, s, 0, NULL, 0);

	return error == 0 || (error != REG_NOMATCH && fail(x));
}

static bool
match_name(struct log *x, const struct event *e)
{
	return !x->name.used ||
	    ((x->names & LOG_PATH) && e->path && match(x, &x->name, e->path)) ||
	    ((x->names & LOG_COMM) && *e->comm && match(x, &x->name, e->comm));
}

static bool
match_line(struct log *x, const struct event *e)
{
	if (!x->line.used)
		return true;
	if (e->type == EVENT_EXIT) /* of a thread */
		return false;
	x->text.len = 0;
	print_args(&x->text, e, INT_MAX, x->view.quote);
	buf_putc(&x->text, '\0');
	return x->text.failed ? fail(x) : match(x, &x->line, x->text.data);
}

static bool
match_parents(struct log *x, const struct event *e)
{
	const struct lineage *l = e->task.lineage;
	bool found = !x->ancestor.used;
	int n = 0;

	if (x->parent.used &&
	    (!l || l->gap || !l->parent || !l->parent->comm[0] ||
		!match(x, &x->parent, l->parent->comm)))
		return false;
	for (; !found && l && l->parent && n++ < LINEAGE_MAX; l = l->parent)
		found = l->parent->comm[0] &&
		    match(x, &x->ancestor, l->parent->comm);
	return found;
}

bool
log_matches(struct log *x, const struct event *e)
{
	return match_name(x, e) && match_parents(x, e) && match_line(x, e);
}
