/* The loop over events, and what a tool says of a trace before and after it. */
#include "cli/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "base/escape.h"
#include "cli/check.h"
#include "cli/message.h"
#include "cli/tool_lines.h"
#include "input/cgroup_lookup.h"
#include "input/record.h"
#include "input/signals.h"
#include "input/source.h"
#include "kernel/clock.h"
#include "kernel/proc.h"

#define IDLE_NS	      20000000u
#define ARGS_RECORDED 64 /* at least, with -w */

void
tool_say(const char *format, ...)
{
	struct buf line = { 0 }, b = { 0 };
	va_list ap;

	va_start(ap, format);
	buf_vprintf(&line, format, ap);
	va_end(ap);
	escape_text(&b, line.data, line.len);
	buf_putc(&b, '\0');
	complain("%s", line.failed || b.failed ? strerror(ENOMEM) : b.data);
	buf_free(&line);
	buf_free(&b);
}

/* struct findings: -v. */
static void
say_finding(void *arg, const struct finding *f)
{
	(void)arg;
	tool_say("%s%s%s", f->subject, *f->subject ? ": " : "", f->text);
}

struct findings
tool_findings(const struct tool *t)
{
	return (struct findings){ .take = t->opt.verbose ? say_finding : NULL };
}

/* Read all events.  Returns 0, or -1 after an error. */
static int
run_loop(struct tool *t, struct buf *b)
{
	bool each = isatty(STDOUT_FILENO), gone, failed;
	enum source_result r = SOURCE_END;
	struct event e;

	tool_header(t, b);
	gone = sink_flush(&t->sink, b) != 0;
	if (!gone && source_go(t->source) != 0) {
		tool_say("%s", t->source->error.text);
		return 0;
	}
	while (!gone && !t->failed &&
	    (r = source_next(t->source, &e)) > SOURCE_END) {
		if (t->take && r == SOURCE_EVENT && !t->opt.request.stream)
			t->take(t->arg, b, &e);
		else if (t->wanted && r == SOURCE_EVENT &&
		    !t->opt.request.stream)
			tool_event(t, b, &e);
		if (t->idle && r == SOURCE_IDLE && !t->idle(t->arg, b))
			source_stop(t->source);
		if (r == SOURCE_IDLE || each || t->failed)
			gone = sink_flush(&t->sink, b) != 0;
		else
			gone = sink_flush_some(&t->sink, b) != 0;
	}
	if (r == SOURCE_ERROR && t->source->unread) {
		r = SOURCE_END; /* as with lines that are not read */
		gone = true;
		errno = EPIPE;
	}
	if (r == SOURCE_ERROR)
		tool_say("%s", t->source->error.text);
	if (!gone)
		gone = sink_flush(&t->sink, b) != 0;
	failed = t->failed || r == SOURCE_ERROR || (gone && errno != EPIPE);
	source_stop(t->source);
	return failed ? -1 : 0;
}

int
tool_draw(struct tool *t)
{
	struct buf b = { 0 };
	int r = t->draw(t->arg, &b, &t->sink);

	if (r == 0)
		r = sink_flush(&t->sink, &b);
	if (r != 0 && errno == EPIPE)
		r = 0;
	buf_free(&b);
	return r;
}

/* What was wrong with trace output. */
static void
report_output(const struct source *s, const char *name)
{
	uint64_t n = s->output.unparsed;

	if (n)
		complain("%s: %llu line%s not understood, the first is line "
			 "%llu: %s",
		    name, (unsigned long long)n, n == 1 ? "" : "s",
		    (unsigned long long)s->output.first, s->output.why);
	if (s->output.unsorted)
		complain("%s: line %llu is older than the one before (sort "
			 "them by time)",
		    name, (unsigned long long)s->output.unsorted);
	if (s->output.no_tasks)
		complain("%s: no event of a fork, an exec or an exit", name);
	if (s->output.untimed)
		complain("%s: its clock does not count seconds: the order is "
			 "right, times are not known",
		    name);
}

/* Why, and what helps, of a live trace. */
static const char *
loss_hint(const struct source *s, const char *input)
{
	if (input)
		return "";
	return s->session.watch.changes.count ?
	    " (another program has changed the trace)" :
	    " (a larger buffer helps: -b)";
}

static void
report_losses(const struct tool *t)
{
	const struct source *s = t->source;
	const char *name = t->opt.request.input;

	if (s->losses.events || s->losses.uncounted)
		complain("%s%llu events lost: lines may be missing%s",
		    s->losses.uncounted ? "at least " : "",
		    (unsigned long long)s->losses.events, loss_hint(s, name));
	if (s->session.stats.missed)
		complain("taskstats: the queue was full, %llu time%s: exit "
			 "statuses and resource usage may be missing",
		    (unsigned long long)s->session.stats.missed,
		    s->session.stats.missed == 1 ? "" : "s");
	if (s->differing)
		complain(
		    "users: wrong for %llu tasks, by taskstats (the first: %d)",
		    (unsigned long long)s->differing, s->first_differing);
	if (s->truncated)
		complain("%s: ends before its last line: incomplete", name);
	report_output(s, name);
	if (t->summary)
		t->summary(t->arg);
	if (t->unsure)
		complain("%llu line%s not shown: the cgroup or the user is not "
			 "known",
		    t->unsure, t->unsure == 1 ? "" : "s");
}

int
tool_failed(const struct tool *t)
{
	return t->opt.request.command ? STATUS_TOOL_FAILED : STATUS_FAILED;
}

/* --check */
static int
run_check(struct tool *t)
{
	struct buf b = { 0 };
	bool works;

	signals_begin();
	works = check(&b, &t->session);
	signals_end(); /* one that came meanwhile ends the tool here */
	if (sink_flush(&t->sink, &b) != 0 && errno != EPIPE)
		works = false;
	buf_free(&b);
	return works ? 0 : STATUS_FAILED;
}

/* What is opened later must not become a standard descriptor that was closed;
 * using that one stays an error. */
static void
fill_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd ? O_RDONLY : O_WRONLY);
}

int
tool_begin(const struct tool *t, struct error *error)
{
	if (proc_use(t->opt.proc, error) != 0)
		return -1;
	clock_begin();
	return 0;
}

void
tool_note_pids(void)
{
	complain("not the first pid namespace: PIDs are the host's%s",
	    proc_has_kernel_pids() ?
		"" :
		", which this /proc does not show (see --proc)");
}

/* What is right, but perhaps not what was expected. */
static void
note_pids(const struct tool *t)
{
	if (t->source->live && t->source->session.nested)
		tool_note_pids();
	if (t->source->unseen)
		complain("pid %d: it cannot be seen: followed from its next "
			 "event on",
		    t->opt.request.pid);
}

static void
set_session(struct tool *t)
{
	struct session_options *o = &t->session;

	o->tool = t->opt.tool;
	o->kb = t->opt.kb;
	o->force = t->opt.force;
	o->toplevel = t->opt.toplevel;
	o->method = t->opt.method;
	o->findings = tool_findings(t);
	o->warn = tool_say;
	o->ending = signals_pending;
	o->no_repair = t->opt.no_repair;
	o->subtree = t->opt.request.pid || t->opt.request.command;
	t->opt.request.known = t->known;
	t->opt.request.arg = t->arg;
	t->opt.request.warn = tool_say;
	/* A recording holds what any of the tools shows. */
	if (t->opt.request.output) {
		o->execs = o->exits = o->usage = o->keep = true;
		o->senders = o->cgroups = true;
		o->users = t->users;
		if (o->args < ARGS_RECORDED)
			o->args = ARGS_RECORDED;
	}
	if (o->cgroups && t->cgroups) {
		o->arm_cgroups = t->cgroups->arm;
		t->opt.request.cgroups = t->cgroups;
	}
}

/* Trace, and draw.  Returns the exit status. */
static int
trace(struct tool *t)
{
	struct source *s = t->source;
	struct buf b = { 0 };
	int r, closed;

	s->tick = t->idle ? IDLE_NS : 0;
	note_pids(t);
	if (t->begun)
		t->begun(t->arg, s);
	r = run_loop(t, &b);
	if (t->over)
		t->over(t->arg, s);
	closed = source_close(s);
	if (closed != 0)
		tool_say("%s", s->error.text);
	if (t->draw && r == 0 && !s->command.error)
		r = tool_draw(t);
	report_losses(t);
	buf_free(&b);
	if (r != 0 || closed < 0)
		return tool_failed(t);
	if (s->truncated)
		return STATUS_FAILED;
	return s->command.pid ? s->command.status : 0;
}

int
tool_run(struct tool *t)
{
	static struct source source; /* too large for a stack */

	t->source = t->sink.source = &source;
	fill_descriptors();
	if (!t->opt.request.input && tool_begin(t, &source.error) != 0) {
		tool_say("%s", source.error.text);
		return tool_failed(t);
	}
	set_session(t);
	if (t->opt.check)
		return run_check(t);
	if (source_open(&source, &t->opt.request, &t->session) == 0)
		return trace(t);
	if (!source.unread) /* as with lines that are not read */
		tool_say("%s", source.error.text);
	if (source_close(&source) > 0)
		tool_say("%s", source.error.text);
	return source.unread && !t->opt.request.command ? 0 : tool_failed(t);
}
