/*
 * exitsnoop: a line for each process that ends.  See exitsnoop(8).
 */
#include <limits.h>

#include "cli/log.h"
#include "cli/message.h"
#include "status_list.h"

static const char usage[] =
    "[-aFhHjLqRtTvVx] [-b kb] [-c list] [-d secs] [-g cgroup]\n"
    "                 [-i file] [-k secs] [-l regex] [-p pid] [-u user]\n"
    "                 [-w file] [name]\n"
    "                 [-- cmd ...]\n"
    "       exitsnoop --check [option ...]\n";

struct exitsnoop {
	struct log log;
	bool args, threads, resources, failed; /* -a, -L, -R, -x */
	struct status_list status;	       /* --status */
	unsigned long long unknown; /* exits after a loss: of which process? */
};

static const struct tool_option options[] = {
	{ 'a', "args", NULL, "print the arguments of the last exec",
	    offsetof(struct exitsnoop, args) },
	{ 'l', "line", "regex",
	    "only lines whose arguments (of the last exec) match", 0 },
	{ 'L', "threads", NULL, "threads too, and a TID column",
	    offsetof(struct exitsnoop, threads) },
	{ 'q', "quote", NULL, "quote arguments for a shell",
	    offsetof(struct exitsnoop, log.view.quote) },
	{ 'R', "resources", NULL, "print CPU time, peak memory and I/O",
	    offsetof(struct exitsnoop, resources) },
	{ 'x', "failed", NULL, "only exits with a status other than 0, and BY",
	    offsetof(struct exitsnoop, failed) },
	{ OPTION_STATUS, "status", "list",
	    "only these, as in 1,2,SIGKILL; not these: !0", 0 },
	{ OPTION_OPERAND, "name", NULL,
	    "only processes whose name or path matches this regex", 0 },
	{ OPTION_COMMAND, "-- cmd", NULL,
	    "run cmd, show only it and its descendants", 0 },
	{ 0 },
};

/* --status */
static void
own_option(void *arg, int letter, const char *value)
{
	struct exitsnoop *x = arg;
	const struct tool *t = &x->log.tool;

	(void)letter;
	if (status_list_parse(&x->status, value) != 0)
		tool_usage(t,
		    "%s %s: 0 to 255 and signals are expected, as in "
		    "1,2,SIGKILL or !0",
		    t->option, value);
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
	    status_list_has(&x->status, e->task.code) &&
	    log_matches(&x->log, e);
}

static void
summary(void *arg)
{
	const struct exitsnoop *x = arg;

	if (x->unknown)
		complain("%llu exit%s not shown: it is not certain of which "
			 "process",
		    x->unknown, x->unknown == 1 ? "" : "s");
}

/* The columns that options add. */
static void
set_columns(struct exitsnoop *x)
{
	char text[LOG_LIST] = "pid", json[LOG_LIST] = "age,exit,by";

	if (x->threads)
		log_add(text, "tid");
	log_add(text, "ppid,comm,age,exit");
	if (x->resources) {
		log_add(text, "cpu,utime,stime,wait,maxrss,read,write");
		log_add(json,
		    "cpu,utime,stime,wait,blocked,blkio,swap,reclaim,"
		    "nvcsw,nivcsw,majflt,maxrss,read,write");
	}
	if (x->failed)
		log_add(text, "by");
	if (x->args) {
		log_add(text, "args");
		log_add(json, "path,argc,args");
	}
	log_columns(&x->log, text, json);
}

int
main(int argc, char **argv)
{
	struct exitsnoop x = { .log = { .tool.opt.tool = "exitsnoop",
				   .view.max_args = INT_MAX } };
	struct log *l = &x.log;
	struct tool *t = &l->tool;

	t->usage = usage;
	t->options = options;
	t->wanted = wanted;
	t->json_event = "exit";
	t->summary = summary;
	l->in = OF_EXIT;
	l->option = own_option;
	l->names = LOG_COMM | LOG_PATH;
	log_parse(l, argc, argv);
	t->session.exits = true;
	set_columns(&x);
	return tool_run(t);
}
