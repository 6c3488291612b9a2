/*
 * exitsnoop: a line for each process that ends.  See exitsnoop(8).
 */
#include <limits.h>

#include "cli/columns.h"
#include "cli/json.h"
#include "cli/message.h"
#include "cli/tool.h"
#include "cli/user_filter.h"
#include "events/usage.h"
#include "input/users.h"

#define ARGS_KEPT 64 /* of the last exec, for -a */
#define BY_WIDTH  23 /* a PID, a blank, a name */

static const char usage[] =
    "[-aFhHjLqRtTvVx] [-b kb] [-d secs] [-i file] [-p pid] [-u user]\n"
    "                 [-w file] [-- cmd ...]\n"
    "       exitsnoop --check [option ...]\n";

struct exitsnoop {
	struct tool tool;
	bool args, threads, resources, failed; /* -a, -L, -R, -x */
	struct user_filter users;	       /* -u */
	unsigned long long unknown; /* exits after a loss: of which process? */
	struct buf field;	    /* scratch: a column */
};

static const struct tool_option options[] = {
	{ 'a', "args", NULL, "print the arguments of the last exec",
	    offsetof(struct exitsnoop, args) },
	{ 'L', "threads", NULL, "threads too, and a TID column",
	    offsetof(struct exitsnoop, threads) },
	{ 'q', "quote", NULL, "quote arguments for a shell",
	    offsetof(struct exitsnoop, tool.opt.quote) },
	{ 'R', "resources", NULL, "print CPU time, peak memory and I/O",
	    offsetof(struct exitsnoop, resources) },
	{ 'u', "user", "user", "only of this user; !user: not of it", 0 },
	{ 'x', "failed", NULL, "only exits with a status other than 0, and BY",
	    offsetof(struct exitsnoop, failed) },
	{ OPTION_COMMAND, "-- cmd", NULL,
	    "run cmd, show only it and its descendants", 0 },
	{ 0 },
};

/* -u */
static void
own_option(void *arg, int letter, const char *value)
{
	struct exitsnoop *x = arg;

	(void)letter;
	user_option(&x->tool, &x->users, value);
}

static bool
wanted(void *arg, const struct event *e)
{
	struct exitsnoop *x = arg;

	/* After a loss it may not be known of which process the thread was, or
	 * whether that ended with it. */
	if (e->type == EVENT_EXIT && e->task.last &&
	    (!e->task.pid || e->task.last < 0))
		x->unknown++;
	if (e->type == EVENT_EXIT &&
	    (!x->threads || e->tid == e->task.pid || !e->task.pid))
		return false;
	if (e->type != EVENT_EXIT && e->type != EVENT_END)
		return false;
	return (!x->failed || e->task.code != 0) &&
	    user_filter_match(&x->users, e);
}

/* ---- text ---- */

/* Does a column follow EXIT? */
static bool
has_more(const struct exitsnoop *x)
{
	return x->resources || x->failed || x->args;
}

static void
header(void *arg, struct buf *b)
{
	const struct exitsnoop *x = arg;

	buf_printf(b, "%6s ", "PID");
	if (x->threads)
		buf_printf(b, "%6s ", "TID");
	buf_printf(b, "%6s %-16s %12s %s", "PPID", "COMM", "AGE(s)",
	    has_more(x) ? "EXIT         " : "EXIT");
	if (x->resources)
		buf_printf(b, " %10s %10s %10s %10s %10s %9s %9s", "CPU(s)",
		    "USER(s)", "SYS(s)", "WAIT(s)", "MAXRSS(KB)", "READ(KB)",
		    "WRITE(KB)");
	if (x->failed)
		buf_printf(b, " %-*s", x->args ? BY_WIDTH : 0, "BY");
	if (x->args)
		buf_puts(b, " ARGS");
}

static void
put_age(struct buf *b, const struct event *e)
{
	if (!e->task.start || e->task.start > e->ts)
		buf_putc(b, '?');
	else
		print_seconds(b, e->ts - e->task.start);
	/* A start time of /proc has two decimals. */
	if (e->task.coarse && b->len > 4)
		b->len -= 4;
}

static void
put_seconds(struct buf *b, struct buf *field, bool known, uint64_t ns)
{
	if (known)
		print_seconds(field, ns);
	else
		buf_putc(field, '?');
	buf_column(b, field, 10);
}

static void
put_usage(struct buf *b, struct buf *field, const struct usage *u)
{
	uint64_t user, system;
	bool split = usage_split(u, &user, &system);

	print_cpu(field, u, 6);
	buf_column(b, field, 10);
	put_seconds(b, field, split, user);
	put_seconds(b, field, split, system);
	put_seconds(b, field, u->known && !u->no_wait, u->wait);
	if (!u->known) {
		buf_printf(b, "%10s %9s %9s ", "?", "?", "?");
		return;
	}
	buf_printf(b, "%10llu %9llu %9llu ",
	    (unsigned long long)(u->maxrss >> 10),
	    (unsigned long long)(u->read >> 10),
	    (unsigned long long)(u->write >> 10));
}

static void
show(void *arg, struct buf *b, const struct event *e)
{
	struct exitsnoop *x = arg;

	print_pid(b, e->task.pid);
	if (x->threads)
		print_pid(b, e->tid);
	print_ppid(b, e);
	print_comm(&x->field, e->comm);
	buf_column(b, &x->field, -16);
	put_age(&x->field, e);
	buf_column(b, &x->field, 12);
	print_status(&x->field, e->task.code);
	buf_column(b, &x->field, has_more(x) ? -13 : 0);
	if (x->resources)
		put_usage(b, &x->field, &e->usage);
	if (x->failed) {
		print_by(&x->field, e->task.code, &e->by);
		buf_column(b, &x->field, x->args ? -BY_WIDTH : 0);
	}
	if (x->args && e->type == EVENT_END)
		print_args(b, e, INT_MAX, x->tool.opt.quote);
	else
		b->len--; /* the blank */
}

/* ---- JSON ---- */

static void
show_json(void *arg, struct buf *b, const struct event *e)
{
	const struct exitsnoop *x = arg;

	buf_puts(b, ",\"age\":");
	if (!e->task.start || e->task.start > e->ts)
		buf_puts(b, "null");
	else
		put_age(b, e);
	json_status(b, e->task.code);
	json_by(b, &e->by);
	if (x->resources)
		json_usage(b, &e->usage);
	if (x->args && e->type == EVENT_END)
		json_args(b, e, INT_MAX);
}

/* ---- */

static void
summary(void *arg)
{
	const struct exitsnoop *x = arg;

	if (x->unknown)
		complain("%llu exit%s not shown: it is not certain of which "
			 "process",
		    x->unknown, x->unknown == 1 ? "" : "s");
}

int
main(int argc, char **argv)
{
	struct exitsnoop x = { .tool.opt.tool = "exitsnoop" };
	struct tool *t = &x.tool;

	t->usage = usage;
	t->options = options;
	t->arg = &x;
	t->header = header;
	t->wanted = wanted;
	t->show = show;
	t->json = show_json;
	t->json_event = "exit";
	t->summary = summary;
	t->own_option = own_option;
	t->users = &users_seen;
	tool_options(t, argc, argv);
	tool_no_operands(t, argc, argv);
	t->session.exits = true;
	t->session.usage = x.resources;
	t->session.senders = x.failed || t->opt.json;
	t->session.execs = t->session.keep = x.args;
	t->session.args = x.args ? ARGS_KEPT : 0;
	return tool_run(t);
}
