#include "check.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "check_facts.h"
#include "find.h"
#include "tasks.h"

static struct session session; /* too large for a stack */
static struct tasks tasks;
static struct check_facts facts;
static bool no_status; /* the session said so */

/* session_options.say: the key is what is before the first colon. */
static void
say(const char *line)
{
	const char *colon = find_text(line, ": ");
	char key[40];
	size_t len = 0;

	for (const char *p = line; colon && p < colon && len + 1 < sizeof key;
	     p++)
		if (isalnum((unsigned char)*p) || *p == '/')
			key[len++] = *p;
		else if (len && key[len - 1] != '_')
			key[len++] = '_';
	key[len] = '\0';
	check_put(facts.out, len ? key : "note", "%s", len ? colon + 2 : line);
	no_status |= strcmp(line, "exit status: not known") == 0;
}

/* session_seen */
static void
learn(void *arg, struct event *e)
{
	tasks_apply(arg, e);
}

static bool
uses(enum kevent_kind kind)
{
	for (int i = 0; i < session.events.count; i++)
		if (session.events.types[i].kind == kind)
			return true;
	return false;
}

/* What this kernel does not have. */
static void
put_limits(struct buf *b)
{
	const struct session_options *o = &session.opt;

	if (o->execs && session.row == ROW_PROC)
		buf_printf(b, ", arguments only from /proc (%s)",
		    o->row ? "as asked for" : "no row proved itself");
	if (o->execs && session.row == ROW_LOADER)
		buf_puts(b,
		    ", arguments of static programs may be missing (no "
		    "kprobe)");
	if (o->execs && session.row >= ROW_LOADER && facts.kprobes_off)
		buf_puts(b,
		    ", kprobes are switched off (echo 1 "
		    ">/sys/kernel/debug/kprobes/enabled)");
	if (o->failed && !uses(KEVENT_RETURN))
		buf_puts(b, ", no failed execs (no sys_exit_execve)");
	else if (o->failed && !uses(KEVENT_ENTRY))
		buf_puts(b,
		    ", failed execs without path and arguments (no row 6)");
	if (o->exits && no_status)
		buf_puts(b, ", exit statuses not known");
	if (o->usage && session.stats.fd < 0)
		buf_puts(b, ", what was used not known (no taskstats)");
	if (o->cgroups && !session.cgroups)
		buf_puts(b,
		    ", cgroup moves not seen (no cgroup_attach_task)");
	if (!uses(KEVENT_NEWTASK) && !uses(KEVENT_CLONE))
		buf_puts(
		    b, ", how a process was made not known (no task_newtask)");
}

/* Open and arm.  Returns 0, or -1 with why. */
static int
try_session(const struct session_options *o, struct buf *limits, char *why)
{
	int self = (int)getpid();

	if (session_open(&session, o) != 0)
		return why_set(why, "%s", session.why);
	if (session_arm(&session, learn, &tasks) != 0)
		return why_set(why, "%s",
		    facts.other_pids ? "this is not the first pid namespace "
				       "(run it there)" :
				       session.why);
	if (o->execs)
		check_put(facts.out, "arguments", "row %d%s", (int)session.row,
		    session.row == ROW_PROC ? "" : ", proved itself");
	session_filter(&session, &self, 1);
	put_limits(limits);
	/* What it has, and we do not get. */
	if (o->exits && (o->usage || !uses(KEVENT_CODE)) &&
	    session.stats.fd < 0 && facts.has_stats)
		return why_set(why,
		    "taskstats: needs CAP_NET_ADMIN and the first network "
		    "namespace");
	return 0;
}

bool
check(struct buf *b, const struct session_options *opt)
{
	struct session_options o = *opt;
	struct buf limits = { 0 };
	char why[WHY_LEN];
	int tracefs, r;

	facts.out = b;
	o.say = say;
	check_machine(&facts, opt->tool);
	tracefs = tracefs_open(why);
	check_tracefs(&facts, tracefs);
	if (tracefs >= 0)
		close(tracefs);
	r = try_session(&o, &limits, why);
	if (session_close(&session) != 0)
		r = why_set(why, "%s", session.why);
	tasks_free(&tasks);
	buf_putc(&limits, '\0');
	check_put(b, "result", "%s%s", r == 0 ? "tracing works" : why,
	    r == 0 && !limits.failed ? limits.data : "");
	buf_free(&limits);
	return r == 0;
}
