/*
 * The summary of each interval is made from the events themselves: no tree is
 * kept, so memory does not grow with the trace.
 *
 * A live interval ends when the machine is looked at (/proc/stat), at or after
 * the time when it is due, so that both have the same ends; it is printed when
 * all events from before were read.  The look is in the recording at once,
 * before the events that follow the time that was due, so that a replay finds
 * the same end.
 */
#include "top.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "cli/message.h"
#include "input/source.h"
#include "kernel/clock.h"
#include "output/interval.h"
#include "screen.h"

#define NAMES_MAX      65536
#define NAMES_BYTES    (4 << 20)
#define PENDING_NS     5000000u /* how often to see whether all was read */
#define PUNCTUAL_SHARE 10	/* of an interval: a look is its end */

struct top {
	struct tool *tool;
	const struct view_request *request;
	struct view *view;
	const struct source *source;
	struct screen screen;
	bool begun;
	bool untimed;	 /* its clock counts no seconds: one interval */
	uint64_t origin; /* ns since boot: when the first interval began */
	uint64_t due;	 /* when this one is to end */
	uint64_t until;	 /* when it ends, once that is known; 0: not yet */
	struct event_machine at_until;
	uint64_t looked; /* time of the last EVENT_MACHINE of a replay */
	struct interval now;
	struct buf rest; /* the last ones, when the trace is over */
	uint64_t intervals, ended;
	bool failed; /* memory ran out */
};

/* ---- what runs ---- */

/* A command that is waiting in -- was forked before the trace began. */
static uint64_t
begin_of(const struct top *t, const struct event *e)
{
	if (e->task.start < t->origin && !e->task.coarse &&
	    e->task.pid == t->source->root && t->source->armed)
		return t->origin;
	return e->task.start;
}

static void
add_running(struct top *t, const struct event *e)
{
	uint64_t start = begin_of(t, e);

	if (start && start >= t->origin && start <= t->now.to &&
	    (!t->source->root || e->task.inside))
		interval_add_running(&t->now, e);
}

/* Of tasks_each. */
static void
see_task(void *arg, const struct event *e)
{
	struct top *t = arg;
	const struct tasks *tasks = &t->source->tasks;

	if (e->tid == e->found.pid && e->found.state != FOUND_ZOMBIE &&
	    tasks_find(tasks, e->tid)->epoch == tasks->epoch)
		add_running(t, e);
}

/* ---- the ends of intervals ---- */

/* The interval is over.  by is the event that shows it, and has been applied
 * already; or NULL. */
static void
close_interval(struct top *t, struct buf *b, uint64_t to,
    const struct event_machine *machine, const struct event *by)
{
	const struct event *end = &t->source->tasks.end;
	struct interval *i = &t->now;
	size_t start = b->len;

	i->to = to;
	i->machine[1] = *machine;
	tasks_each(&t->source->tasks, see_task, t);
	if (by && by->type == EVENT_EXIT && end->type == EVENT_END)
		add_running(t, end);
	commands_sort(&i->commands);
	t->failed |= i->commands.failed;
	t->view->wall_offset = t->source->wall_offset;
	if (t->tool->opt.json)
		interval_put_json(t->view, b, i);
	else {
		screen_measure(&t->screen, t->view);
		interval_put(t->view, b, i);
		screen_place(&t->screen, b, start);
	}
	commands_clear(&i->commands);
	*i = (struct interval){
		.from = to, .machine = { *machine }, .commands = i->commands
	};
	t->until = 0;
	t->intervals++;
	if (to >= t->due)
		t->due += ((to - t->due) / t->request->every + 1) *
		    t->request->every;
}

static void
close_until(struct top *t, struct buf *b, const struct event *by)
{
	close_interval(t, b, t->until, &t->at_until, by);
}

/* Look at the machine: the interval ends now, if the trace has not. */
static void
look(struct top *t)
{
	struct event e;

	if (t->source->ended)
		return;
	source_machine(t->tool->source, &e);
	t->until = e.ts;
	t->at_until = e.machine;
}

/* All events before ts were counted.  Of a replay: intervals that follow, and
 * in which nothing happened, are one. */
static void
advance(struct top *t, struct buf *b, uint64_t ts, const struct event *by)
{
	const struct event_machine unknown = { 0 };
	uint64_t every = t->request->every;

	if (t->until && ts > t->until)
		close_until(t, b, by);
	if (t->until || ts <= t->due)
		return;
	if (t->source->live) {
		look(t);
		return;
	}
	close_interval(t, b, t->due, &unknown, by);
	if (ts > t->due)
		close_interval(t, b, t->due + (ts - t->due - 1) / every * every,
		    &unknown, by);
}

/* A look of a recording ends an interval that was due just then. */
static void
see_machine(struct top *t, struct buf *b, const struct event *e)
{
	uint64_t late = t->request->every / PUNCTUAL_SHARE;

	t->looked = e->ts;
	if (!t->begun || e->ts <= t->origin)
		return;
	if (t->until && e->ts > t->until)
		close_until(t, b, NULL);
	if (e->ts > t->due + late)
		advance(t, b, e->ts, NULL);
	if (e->ts < t->due || e->ts > t->due + late)
		return;
	t->until = e->ts;
	t->at_until = e->machine;
}

/* ---- events ---- */

static void
begin(struct top *t, uint64_t ts)
{
	t->begun = true;
	t->origin = t->now.from = t->view->origin = ts;
	t->due = ts + t->request->every;
}

/* tool.take */
static void
top_take(void *arg, struct buf *b, const struct event *e)
{
	struct top *t = arg;

	if (e->type == EVENT_TASK) /* it has no time */
		return;
	t->untimed |= e->untimed;
	if (!t->begun && !t->untimed && e->type != EVENT_LOST) {
		begin(t, t->source->armed ? t->source->armed : e->ts);
		t->now.machine[0] = t->source->machine[0];
	}
	if (t->begun && !t->untimed && e->type == EVENT_MACHINE)
		see_machine(t, b, e);
	else if (t->begun && !t->untimed)
		advance(t, b, e->ts, e);
	interval_count(&t->now, e, begin_of(t, e));
	t->ended += e->type == EVENT_END;
}

/* tool.known: before an event is recorded, so that a replay finds the look
 * before it. */
static void
top_known(void *arg, const struct event *e)
{
	struct top *t = arg;

	if (t->source && t->source->live && !t->until && e->ts > t->due)
		look(t);
}

/* tool.idle */
static bool
top_idle(void *arg, struct buf *b)
{
	struct top *t = arg;
	uint64_t now;

	if (!t->source->live)
		return true;
	now = clock_boot();
	if (!t->until && now >= t->due)
		look(t);
	if (t->until && source_taken(t->source) >= t->until)
		close_until(t, b, NULL);
	t->tool->source->tick = PENDING_NS;
	if (!t->until && t->due > now)
		t->tool->source->tick = t->due - now;
	return true;
}

/* ---- begin and end ---- */

static void
top_begun(void *arg, const struct source *s)
{
	struct top *t = arg;

	t->source = s;
	if (!s->live)
		return;
	begin(t, s->armed);
	t->now.machine[0] = s->machine[0];
}

/* The last interval ends with the trace. */
static void
top_over(void *arg, const struct source *s)
{
	static const struct event_machine unknown;
	struct top *t = arg;
	bool known = s->live || t->looked >= s->ended;

	if (t->untimed || !t->begun) {
		t->now.from = 0;
		close_interval(t, &t->rest, 0, &unknown, NULL);
		return;
	}
	if (!s->live)
		advance(t, &t->rest, s->ended, NULL);
	else if (t->until && s->ended > t->until)
		close_until(t, &t->rest, NULL);
	if (s->ended > t->now.from)
		close_interval(t, &t->rest, s->ended,
		    known ? &s->machine[1] : &unknown, NULL);
}

/* tool.draw */
static int
top_draw(void *arg, struct buf *b, struct sink *sink)
{
	struct top *t = arg;

	(void)sink;
	buf_add(b, t->rest.data, t->rest.len);
	b->failed |= t->rest.failed;
	buf_free(&t->rest);
	return 0;
}

static void
top_summary(void *arg)
{
	const struct top *t = arg;
	const struct losses *l = &t->tool->source->losses;

	complain("%llu interval%s, %llu process%s ended, %s%llu events lost",
	    (unsigned long long)t->intervals, t->intervals == 1 ? "" : "s",
	    (unsigned long long)t->ended, t->ended == 1 ? "" : "es",
	    l->uncounted ? "at least " : "", (unsigned long long)l->events);
}

static void
top_init(struct top *top)
{
	struct tool *t = top->tool;

	screen_init(&top->screen, t, top->request);
	t->arg = top;
	t->begun = top_begun;
	t->take = top_take;
	t->known = top_known;
	t->idle = top_idle;
	t->over = top_over;
	t->draw = top_draw;
	t->summary = top_summary;
	t->session.large = true;
	t->session.execs = t->session.exits = t->session.usage = true;
	t->session.keep = true;
	t->session.args = 1; /* the name is the first */
}

int
top_trace(struct tool *t, struct view_request *q)
{
	struct top top = { .tool = t,
		.request = q,
		.view = &q->view,
		.now.commands = {
		    .most = NAMES_MAX, .most_bytes = NAMES_BYTES } };
	int status;

	top_init(&top);
	status = tool_run(t);
	if (top.failed)
		complain("%s: commands are missing", strerror(ENOMEM));
	if (!status && top.failed)
		status = tool_failed(t);
	return status;
}
