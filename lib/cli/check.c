/* A session is opened, armed and closed; what it reports becomes keys. */
#include "cli/check.h"

#include <ctype.h>
#include <unistd.h>

#include "cli/check_machine.h"
#include "kernel/tracefs.h"
#include "task/table.h"
#include "trace/event_filter.h"
#include "trace/arm.h"
#include "trace/session_rights.h"

struct check {
	struct session session;
	struct tasks tasks;
	struct check_facts facts;
};

/* struct findings: the key is the subject, in one word. */
static void
check_take(void *arg, const struct finding *f)
{
	struct check_facts *facts = arg;
	char key[40];
	size_t len = 0;

	for (const char *p = f->subject; *p && len + 1 < sizeof key; p++)
		if (isalnum((unsigned char)*p) || *p == '/')
			key[len++] = *p;
		else if (len && key[len - 1] != '_')
			key[len++] = '_';
	key[len] = '\0';
	check_put(facts->out, len ? key : "note", "%s", f->text);
}

/* session_seen */
static void
check_apply(void *arg, struct event *e)
{
	tasks_apply(arg, e);
}

static bool
uses(const struct session *s, enum raw_event_kind kind)
{
	for (int i = 0; i < s->events.count; i++)
		if (s->events.types[i].kind == kind)
			return true;
	return false;
}

/* What this kernel does not have. */
static void
put_limits(
    struct buf *b, const struct session *s, const struct check_facts *facts)
{
	const struct session_options *o = &s->opt;

	if (facts->other_pids)
		buf_puts(b,
		    ", nothing known of processes that were there before "
		    "(--proc: the host's /proc)");

	if (o->execs && s->method == METHOD_PROC)
		buf_printf(b, ", arguments only from /proc (%s)",
		    o->method ? "as asked for" :
				"no method passed its self-test");
	if (o->execs && s->method == METHOD_LDSO)
		buf_puts(b,
		    ", arguments of static programs may be missing (no "
		    "kprobe)");
	if (o->execs && s->method >= METHOD_LDSO && facts->kprobes_off)
		buf_puts(b,
		    ", kprobes are switched off (echo 1 "
		    ">/sys/kernel/debug/kprobes/enabled)");
	if (o->failed && !uses(s, RAW_RETURN))
		buf_puts(b, ", no failed execs (no sys_exit_execve)");
	else if (o->failed && !uses(s, RAW_ENTRY))
		buf_puts(b,
		    ", failed execs without path and arguments (no probe on "
		    "execve)");
	if (o->exits && !s->status_known)
		buf_puts(b, ", exit statuses not known");
	if (o->usage && s->stats.fd < 0)
		buf_puts(b,
		    s->nested ? ", resource usage not known (taskstats: "
				"in the first pid namespace only)" :
				", resource usage not known (no "
				"taskstats)");
	if ((o->moves || o->arm_cgroups) && !s->moves)
		buf_puts(b, ", cgroup moves not seen (no cgroup_attach_task)");
	if (o->arm_cgroups && !s->cgroups.readable)
		buf_puts(b, ", cgroups not known before a move");
	if (!uses(s, RAW_NEWTASK) && !uses(s, RAW_CLONE))
		buf_puts(
		    b, ", how a process was made not known (no task_newtask)");
	if (s->clock.trace_step)
		buf_printf(b,
		    ", times are exact to %u us only (no finer clock)",
		    (unsigned)(s->clock.trace_step / 1000));
}

/* Open and arm.  Returns 0, or -1 with an error. */
static int
try_session(struct check *c, const struct session_options *o,
    struct buf *limits, struct error *error)
{
	struct session *s = &c->session;

	if (session_open(s, o) != 0 || arm_tasks(s) != 0 ||
	    arm_session(s, check_apply, &c->tasks) != 0) {
		*error = s->error;
		return -1;
	}
	if (o->execs)
		check_put(c->facts.out, "arguments", "method %s%s",
		    probe_method_name(s->method),
		    s->method == METHOD_PROC ? "" : ", self-test passed");
	session_filter(s, &s->self, 1);
	put_limits(limits, s, &c->facts);
	session_drop_rights(s, true);
	/* The kernel has it, but it does not work here. */
	if (s->no_stats.text[0] && c->facts.has_stats && !s->nested)
		return error_set(error, "taskstats: %s", s->no_stats.text);
	return 0;
}

bool
check(struct buf *b, const struct session_options *opt)
{
	static struct check c; /* too large for a stack */
	struct session_options o = *opt;
	struct buf limits = { 0 };
	struct error error;
	int tracefs, r, closed;

	c.facts.out = b;
	o.subtree = true;
	o.findings = (struct findings){ .take = check_take, .arg = &c.facts };
	check_machine(&c.facts, opt->tool);
	tracefs = tracefs_open(&error);
	check_tracefs(&c.facts, tracefs);
	if (tracefs >= 0)
		close(tracefs);
	r = try_session(&c, &o, &limits, &error);
	closed = session_close(&c.session);
	if (closed > 0)
		check_put(b, "left_behind", "%s", c.session.error.text);
	else if (closed < 0)
		r = error_set(&error, "%s", c.session.error.text);
	tasks_free(&c.tasks);
	buf_putc(&limits, '\0');
	check_put(b, "result", "%s%s", r == 0 ? "tracing works" : error.text,
	    r == 0 && !limits.failed ? limits.data : "");
	buf_free(&limits);
	return r == 0;
}
