/*
 * execsnoop: a line for each program that is run.  See execsnoop(8).
 */
#include <stdlib.h>

#include "cli/log.h"
#include "cli/message.h"

#define ARGS_DEFAULT 8
#define ARGS_LIMIT   100000

static const char usage[] =
    "[-FhHjqrtTvVx] [-a argc] [-b kb] [-c list] [-d secs]\n"
    "                 [-g cgroup] [-i file] [-k secs] [-l regex] [-p pid]\n"
    "                 [-u user] [-w file] [name] [-- cmd ...]\n"
    "       execsnoop --check [option ...]\n";

struct execsnoop {
	struct log log;
	bool reexecs, failed; /* -r, -x */
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
	    offsetof(struct execsnoop, log.view.quote) },
	{ 'r', "all-execs", NULL, "all execs of a process, not only its first",
	    offsetof(struct execsnoop, reexecs) },
	{ 'x', "failed", NULL, "failed execs too, and a RET column",
	    offsetof(struct execsnoop, failed) },
	{ OPTION_OPERAND, "name", NULL,
	    "only programs whose path matches this regex", 0 },
	{ OPTION_COMMAND, "-- cmd", NULL,
	    "run cmd, show only it and its descendants", 0 },
	{ 0 },
};

/* -a */
static void
own_option(void *arg, int letter, const char *value)
{
	struct execsnoop *x = arg;
	const struct tool *t = &x->log.tool;
	long n;

	(void)letter;
	if (parse_number(value, 0, ARGS_LIMIT, &n) != 0)
		tool_usage(t, "%s %s: a number from 0 to %d is expected",
		    t->option, value, ARGS_LIMIT);
	x->log.view.max_args = (int)n;
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
	else if (x->log.tool.selected > 0) /* or it may not be shown */
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
		return x->failed && log_matches(&x->log, e);
	if (e->type != EVENT_EXEC)
		return false;
	first = is_first(x, e);
	if (!log_matches(&x->log, e))
		return false;
	if (!first && !x->reexecs)
		x->hidden++;
	return first || x->reexecs;
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
	struct execsnoop x = { .log = { .tool.opt.tool = "execsnoop",
				   .view.max_args = ARGS_DEFAULT } };
	struct log *l = &x.log;
	struct tool *t = &l->tool;

	t->usage = usage;
	t->options = options;
	t->wanted = wanted;
	t->json_event = "exec";
	t->summary = summary;
	l->in = OF_EXEC;
	l->names = LOG_PATH;
	l->option = own_option;
	log_parse(l, argc, argv);
	forget(&x);
	t->session.execs = true;
	t->session.failed = x.failed;
	t->session.args = l->view.max_args;
	log_columns(l, x.failed ? "pid,ppid,ret,args" : "pid,ppid,args",
	    x.failed ? "path,argc,args,ret" : "path,argc,args");
	return tool_run(t);
}
