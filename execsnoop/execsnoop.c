/*
 * execsnoop: a line for each program that is run.  See execsnoop(8).
 */
#include <errno.h>
#include <limits.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "cli/columns.h"
#include "cli/json.h"
#include "cli/message.h"
#include "cli/tool.h"
#include "cli/user_filter.h"
#include "input/users.h"

#define ARGS_DEFAULT 8
#define ARGS_LIMIT   100000
#define ARGS_KEPT    64 /* at least, for -l */

static const char usage[] =
    "[-FhHjqrtTvVx] [-a argc] [-b kb] [-d secs] [-i file] [-l regex]\n"
    "                 [-p pid] [-u user] [-w file] [name] [-- cmd ...]\n"
    "       execsnoop --check [option ...]\n";

struct execsnoop {
	struct tool tool;
	int max_args;
	bool reexecs, failed;	  /* -r, -x */
	struct user_filter users; /* -u */
	regex_t name, line;	  /* valid if */
	bool by_name, by_line;
	struct buf text;  /* scratch: what -l is matched against */
	struct buf field; /* scratch: a column */
	/* Which processes have exec'd before, a bit a PID; cleared when the PID
	 * is reused. */
	unsigned char *ran;
	unsigned long long hidden;
};

static const struct tool_option options[] = {
	{ 'a', "max-args", "argc", "show at most argc arguments (default 8)",
	    0 },
	{ 'l', "line", "regex", "only lines whose arguments match", 0 },
	{ 'q', "quote", NULL, "quote arguments for a shell",
	    offsetof(struct execsnoop, tool.opt.quote) },
	{ 'r', "all-execs", NULL, "all execs of a process, not only its first",
	    offsetof(struct execsnoop, reexecs) },
	{ 'u', "user", "user", "only of this user; !user: not of it", 0 },
	{ 'x', "failed", NULL, "failed execs too, and a RET column",
	    offsetof(struct execsnoop, failed) },
	{ OPTION_OPERAND, "name", NULL,
	    "only programs whose path matches this regex", 0 },
	{ OPTION_COMMAND, "-- cmd", NULL,
	    "run cmd, show only it and its descendants", 0 },
	{ 0 },
};

/* Over bytes: setlocale(3) is never called. */
static void
compile(const struct tool *t, regex_t *r, const char *what, const char *pattern)
{
	int error = regcomp(r, pattern, REG_EXTENDED | REG_NOSUB);
	char why[128];

	if (error == 0)
		return;
	regerror(error, r, why, sizeof why);
	tool_usage(t, "%s %s: %s", what, pattern, why);
}

static void
own_option(void *arg, int letter, const char *value)
{
	struct execsnoop *x = arg;
	struct tool *t = &x->tool;
	long n;

	if (letter == 'u')
		user_option(t, &x->users, value);
	else if (letter == 'l') {
		compile(t, &x->line, t->option, value);
		x->by_line = true;
	} else if (parse_number(value, 0, ARGS_LIMIT, &n) != 0)
		tool_usage(t, "%s %s: a number from 0 to %d is expected",
		    t->option, value, ARGS_LIMIT);
	else
		x->max_args = (int)n;
}

static void
header(void *arg, struct buf *b)
{
	const struct execsnoop *x = arg;

	buf_printf(b, "%6s %6s ", "PID", "PPID");
	if (x->failed)
		buf_printf(b, "%7s ", "RET");
	buf_puts(b, "ARGS");
}

/* After a gap any PID may be a new process. */
static void
forget(struct execsnoop *x)
{
	free(x->ran);
	x->ran = calloc(EXEC_TIDS / 8, 1);
	if (!x->ran) {
		complain("memory: %m");
		exit(1);
	}
}

static bool
fail(struct execsnoop *x)
{
	complain("%s", strerror(ENOMEM));
	x->tool.failed = true;
	return false;
}

static bool
match(struct execsnoop *x, const regex_t *r, const char *s)
{
	int error = regexec(r, s, 0, NULL, 0);

	return error == 0 || (error != REG_NOMATCH && fail(x));
}

static bool
matches(struct execsnoop *x, const struct event *e)
{
	if (!user_filter_match(&x->users, e))
		return false;
	if (x->by_name && (!e->path || !match(x, &x->name, e->path)))
		return false;
	if (!x->by_line)
		return true;
	x->text.len = 0;
	print_args(&x->text, e, INT_MAX, x->tool.opt.quote);
	buf_putc(&x->text, '\0');
	return x->text.failed ? fail(x) : match(x, &x->line, x->text.data);
}

/* Is it the first exec of this process?  Remembers that it was. */
static bool
is_first(struct execsnoop *x, const struct event *e)
{
	unsigned char *byte, bit = (unsigned char)(1u << (e->task.pid & 7));
	bool first;

	if (e->task.pid < 0 || e->task.pid >= EXEC_TIDS)
		return true;
	byte = &x->ran[e->task.pid / 8];
	first = !(*byte & bit);
	if (e->type == EVENT_FORK)
		*byte &= (unsigned char)~bit;
	else
		*byte |= bit;
	return first;
}

static bool
wanted(void *arg, const struct event *e)
{
	struct execsnoop *x = arg;
	bool first;

	if (e->type == EVENT_FORK && e->tid == e->task.pid)
		is_first(x, e);
	if (e->type == EVENT_LOST)
		forget(x);
	if (e->type == EVENT_EXECFAIL)
		return x->failed && matches(x, e);
	if (e->type != EVENT_EXEC)
		return false;
	first = is_first(x, e);
	if (!matches(x, e))
		return false;
	if (!first && !x->reexecs)
		x->hidden++;
	return first || x->reexecs;
}

static void
show(void *arg, struct buf *b, const struct event *e)
{
	struct execsnoop *x = arg;

	print_pid(b, e->task.pid ? e->task.pid : e->tid);
	print_ppid(b, e);
	if (x->failed) {
		print_errno(&x->field, e->exec.error);
		buf_column(b, &x->field, 7);
	}
	print_args(b, e, x->max_args, x->tool.opt.quote);
}

static void
show_json(void *arg, struct buf *b, const struct event *e)
{
	const struct execsnoop *x = arg;

	json_args(b, e, x->max_args);
	if (!x->failed)
		return;
	buf_puts(b, ",\"ret\":");
	if (e->exec.error) {
		buf_putc(b, '"');
		print_errno(b, e->exec.error);
		buf_putc(b, '"');
	} else
		buf_putc(b, '0');
}

static void
summary(void *arg)
{
	const struct execsnoop *x = arg;

	if (x->hidden)
		complain("%llu re-exec%s not shown (-r shows them)", x->hidden,
		    x->hidden == 1 ? "" : "s");
}

int
main(int argc, char **argv)
{
	struct execsnoop x = { .tool.opt.tool = "execsnoop",
		.max_args = ARGS_DEFAULT };
	struct tool *t = &x.tool;

	t->usage = usage;
	t->options = options;
	t->arg = &x;
	t->own_option = own_option;
	t->header = header;
	t->wanted = wanted;
	t->show = show;
	t->json = show_json;
	t->json_event = "exec";
	t->summary = summary;
	t->users = &users_seen;
	tool_options(t, argc, argv);
	if (t->operand < argc && &argv[t->operand] != t->opt.request.command) {
		compile(t, &x.name, "name", argv[t->operand++]);
		x.by_name = true;
	}
	tool_no_operands(t, argc, argv);
	forget(&x);
	t->session.execs = true;
	t->session.failed = x.failed;
	t->session.args = x.max_args;
	if (x.by_line && x.max_args < ARGS_KEPT)
		t->session.args = ARGS_KEPT;
	return tool_run(t);
}
