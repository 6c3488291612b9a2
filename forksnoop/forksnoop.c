/*
 * forksnoop: a line for each new process.  See forksnoop(8).
 */
#include <string.h>

#include "cli/columns.h"
#include "cli/log.h"

static const char usage[] =
    "[-FhHjLtTvV] [-b kb] [-c list] [-d secs] [-g cgroup] [-i file]\n"
    "                 [-k secs] [-p pid] [-u user] [-w file] [name]\n"
    "                 [-- cmd ...]\n"
    "       forksnoop --check [option ...]\n";

struct forksnoop {
	struct log log;
	bool threads; /* -L */
};

static const struct tool_option options[] = {
	{ 'L', "threads", NULL, "threads too, and a TID column",
	    offsetof(struct forksnoop, threads) },
	{ 'p', "pid", "pid", "only what pid and its descendants create", 0 },
	{ OPTION_OPERAND, "name", NULL,
	    "only processes whose name matches this regex", 0 },
	{ OPTION_COMMAND, "-- cmd", NULL, "run cmd, show only what it creates",
	    0 },
	{ 0 },
};

static bool
wanted(void *arg, const struct event *e)
{
	struct forksnoop *x = arg;

	return e->type == EVENT_FORK &&
	    (x->threads || strcmp(print_fork_type(e), "thread") != 0) &&
	    log_matches(&x->log, e);
}

int
main(int argc, char **argv)
{
	struct forksnoop x = { .log.tool.opt.tool = "forksnoop" };
	struct log *l = &x.log;

	l->tool.usage = usage;
	l->tool.options = options;
	l->tool.wanted = wanted;
	l->tool.json_event = "fork";
	l->in = OF_FORK;
	l->names = LOG_COMM;
	log_parse(l, argc, argv);
	log_columns(l,
	    x.threads ? "pid,tid,ppid,type,comm" : "pid,ppid,type,comm",
	    "type");
	return tool_run(&l->tool);
}
