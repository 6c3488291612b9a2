/*
 * forksnoop: a line for each new process.  See forksnoop(8).
 */
#include <string.h>

#include "cli/columns.h"
#include "cli/json.h"
#include "cli/tool.h"
#include "cli/user_filter.h"
#include "input/users.h"
#include "task/table.h"

static const char usage[] =
    "[-FhHjLtTvV] [-b kb] [-d secs] [-i file] [-p pid] [-u user]\n"
    "                 [-w file] [-- cmd ...]\n"
    "       forksnoop --check [option ...]\n";

/* Flags of clone(2) that leave the new process a mere copy: a signal at its
 * end (CSIGNAL), where its number is written to, and which process may trace
 * it. */
#define FLAGS_OF_FORK 0x101f830ffu

struct forksnoop {
	struct tool tool;
	bool threads;		  /* -L */
	struct user_filter users; /* -u */
};

static const struct tool_option options[] = {
	{ 'L', "threads", NULL, "threads too, and a TID column",
	    offsetof(struct forksnoop, threads) },
	{ 'p', "pid", "pid", "only what pid and its descendants create", 0 },
	{ 'u', "user", "user", "only of this user; !user: not of it", 0 },
	{ OPTION_COMMAND, "-- cmd", NULL, "run cmd, show only what it creates",
	    0 },
	{ 0 },
};

/* -u */
static void
own_option(void *arg, int letter, const char *value)
{
	struct forksnoop *x = arg;

	(void)letter;
	user_option(&x->tool, &x->users, value);
}

static const char *
type_of(const struct event *e)
{
	if (e->fork.flags == FLAG_UNKNOWN)
		return e->task.pid != e->tid ? "thread" : "?";
	if (e->fork.flags & FLAG_THREAD)
		return "thread";
	if (e->fork.flags & FLAG_VFORK)
		return "vfork";
	return e->fork.flags & ~(uint64_t)FLAGS_OF_FORK ? "clone" : "fork";
}

static bool
wanted(void *arg, const struct event *e)
{
	const struct forksnoop *x = arg;

	return e->type == EVENT_FORK &&
	    (x->threads || strcmp(type_of(e), "thread") != 0) &&
	    user_filter_match(&x->users, e);
}

static void
header(void *arg, struct buf *b)
{
	const struct forksnoop *x = arg;

	buf_printf(b, "%6s ", "PID");
	if (x->threads)
		buf_printf(b, "%6s ", "TID");
	buf_printf(b, "%6s %-6s COMM", "PPID", "TYPE");
}

static void
show(void *arg, struct buf *b, const struct event *e)
{
	const struct forksnoop *x = arg;

	print_pid(b, e->task.pid ? e->task.pid : PPID_UNKNOWN);
	if (x->threads)
		print_pid(b, e->tid);
	print_ppid(b, e);
	buf_printf(b, "%-6s ", type_of(e));
	print_comm(b, e->comm);
}

static void
show_json(void *arg, struct buf *b, const struct event *e)
{
	const char *type = type_of(e);

	(void)arg;
	json_string(b, "type", *type == '?' ? NULL : type);
}

int
main(int argc, char **argv)
{
	struct forksnoop x = { .tool.opt.tool = "forksnoop" };
	struct tool *t = &x.tool;

	t->usage = usage;
	t->options = options;
	t->arg = &x;
	t->header = header;
	t->wanted = wanted;
	t->show = show;
	t->json = show_json;
	t->json_event = "fork";
	t->own_option = own_option;
	t->users = &users_seen;
	tool_options(t, argc, argv);
	tool_no_operands(t, argc, argv);
	return tool_run(t);
}
