/* One block of -S -r: what is in it, and its text or JSON. */
#include "output/interval.h"

#include "base/number.h"
#include "base/units.h"
#include "cli/columns.h"
#include "cli/json.h"

static uint64_t
elapsed_of(const struct interval *i)
{
	return i->to > i->from ? i->to - i->from : 0;
}

static struct cost_span
span_of(const struct interval *i)
{
	return (struct cost_span){ .elapsed = elapsed_of(i),
		.machine = { i->machine[0], i->machine[1] } };
}

/* ---- counting ---- */

static void
count_end(struct interval *i, const struct event *e, uint64_t start)
{
	struct command_sum c = { .count = 1, .failed = e->task.code > 0 };
	const char *name;
	size_t len;

	if (start && start <= e->ts)
		c.wall = c.longest = e->ts - start;
	cost_add_usage(&c.cost, &e->usage);
	name = view_program_name(e, e->comm, &len);
	commands_add(&i->commands, name, len, &c);
	i->ended++;
	i->failed += c.failed;
	if (!start || start < i->from)
		return;
	i->short_count++;
	cost_add(&i->short_lived, &c.cost);
}

/* Not all of them are known. */
static void
miss_short_lived(struct interval *i)
{
	i->short_lived.inexact = i->short_lived.unbounded = true;
	i->short_lived.no_wait = true;
}

void
interval_count(struct interval *i, const struct event *e, uint64_t start)
{
	switch (e->type) {
	case EVENT_FORK:
		i->forks += e->tid == e->task.pid;
		break;
	case EVENT_EXEC:
		i->execs++;
		break;
	case EVENT_END:
		count_end(i, e, start);
		break;
	case EVENT_LOST:
		i->lost += e->lost.count;
		i->uncounted |= !e->lost.count && !event_closes_gap(e);
		miss_short_lived(i);
		break;
	case EVENT_EXIT:
		if (!e->task.pid) /* its fork was lost */
			miss_short_lived(i);
		break;
	default:
		break;
	}
}

void
interval_add_running(struct interval *i, const struct event *e)
{
	struct command_sum c = { .running = 1 };
	const char *name;
	size_t len;

	name = view_program_name(e, e->comm, &len);
	commands_add(&i->commands, name, len, &c);
	i->running++;
}

/* ---- text ---- */

static void
put_end(const struct view *v, struct buf *b, const struct interval *i)
{
	if (!i->to || (v->wall && !v->wall_offset))
		buf_putc(b, '?');
	else if (v->wall)
		print_time(b, i->to + (uint64_t)v->wall_offset);
	else if (v->seconds)
		print_seconds(b, i->to);
	else
		view_offset(b, i->to, v->origin);
}

/* ", 12.3 forks/s", or of a time that is not known ", 12 forks". */
static void
put_rate(struct buf *b, const char *what, uint64_t n, const struct interval *i)
{
	uint64_t ns = elapsed_of(i), tenths;

	if (!ns) {
		buf_printf(b, ", %llu %s", (unsigned long long)n, what);
		return;
	}
	tenths = (uint64_t)(int64_t)(number_real(n) * 10 * NS_PER_S /
		number_real(ns) +
	    0.5);
	buf_printf(b, ", %llu.%llu %s/s", (unsigned long long)tenths / 10,
	    (unsigned long long)tenths % 10, what);
}

static void
put_counts(const struct view *v, struct buf *b, const struct interval *i)
{
	put_end(v, b, i);
	buf_puts(b, ": ");
	if (elapsed_of(i))
		view_offset(b, i->to, i->from);
	else
		buf_putc(b, '?');
	buf_puts(b, " s");
	put_rate(b, "forks", i->forks, i);
	put_rate(b, "execs", i->execs, i);
	buf_printf(b, ", %llu ended, %llu failed, %llu running",
	    (unsigned long long)i->ended, (unsigned long long)i->failed,
	    (unsigned long long)i->running);
	if (i->lost || i->uncounted)
		buf_printf(b, ", %s%llu events lost",
		    i->uncounted ? "at least " : "",
		    (unsigned long long)i->lost);
}

/* A line is complete, but for its newline, or with it. */
static void
end_line(const struct view *v, struct buf *b, size_t start)
{
	if (b->len > start && b->data[b->len - 1] == '\n')
		b->len--;
	view_line_cut(v, b, start);
	buf_putc(b, '\n');
}

static void
put_command(const struct view *v, struct buf *b, const struct command_sum *c)
{
	size_t start = b->len;

	commands_put(b, c, true);
	end_line(v, b, start);
}

static void
put_head(const struct view *v, struct buf *b, const struct interval *i)
{
	struct cost_span span = span_of(i);
	size_t start = b->len;

	put_counts(v, b, i);
	end_line(v, b, start);
	start = b->len;
	cost_put_share(b, &i->short_lived, &span);
	end_line(v, b, start);
	start = b->len;
	if (v->no_header)
		return;
	commands_put_header(b, true, "COMMAND");
	end_line(v, b, start);
}

static bool
has_others(const struct interval *i)
{
	return i->commands.others.count || i->commands.others.running;
}

void
interval_put(const struct view *v, struct buf *b, const struct interval *i)
{
	struct command_sum others = i->commands.others;

	put_head(v, b, i);
	for (uint32_t k = 1; k <= i->commands.index.count; k++)
		put_command(v, b, &i->commands.list[k]);
	others.name = "...";
	others.len = 3;
	if (has_others(i))
		put_command(v, b, &others);
}

/* ---- JSON ---- */

static void
put_cost(struct buf *b, const struct cost *c, bool any)
{
	json_seconds(b, "cpu", any && !c->inexact, c->min);
	json_seconds(b, "cpu_min", any, c->min);
	json_seconds(b, "cpu_max", any && !c->unbounded, c->max);
	json_seconds(b, "wait", any && !c->no_wait, c->wait);
}

static void
put_json_command(struct buf *b, const struct command_sum *c, bool others)
{
	bool any = c->count != 0;

	if (b->data && b->data[b->len - 1] != '[')
		buf_putc(b, ',');
	buf_puts(b, "{\"command\":");
	if (c->len && !others)
		escape_json(b, c->name, c->len);
	else
		buf_puts(b, "null");
	json_number(b, "count", true, c->count);
	json_number(b, "running", true, c->running);
	json_number(b, "failed", true, c->failed);
	json_seconds(b, "wall", any, c->wall);
	json_seconds(b, "longest", any, c->longest);
	put_cost(b, &c->cost, any);
	buf_puts(b, others ? ",\"others\":true}" : "}");
}

static void
put_json_counts(const struct view *v, struct buf *b, const struct interval *i)
{
	struct cost_span span = span_of(i);
	uint64_t used;
	bool known = cost_used(&span, &used);
	int cpus = i->machine[1].cpus;

	buf_puts(b, "{\"event\":\"interval\"");
	view_json_time(v, b, "start", i->from != 0, i->from);
	view_json_time(v, b, "end", i->to != 0, i->to);
	json_number(b, "forks", true, i->forks);
	json_number(b, "execs", true, i->execs);
	json_number(b, "ended", true, i->ended);
	json_number(b, "failed", true, i->failed);
	json_number(b, "running", true, i->running);
	json_number(b, "lost", !i->uncounted, i->lost);
	json_number(
	    b, "cpus", cpus && cpus == i->machine[0].cpus, (unsigned)cpus);
	json_seconds(b, "used", known, used);
}

void
interval_put_json(const struct view *v, struct buf *b, const struct interval *i)
{
	put_json_counts(v, b, i);
	buf_puts(b, ",\"short_lived\":{\"count\":");
	number_put(b, i->short_count, 1, '0');
	put_cost(b, &i->short_lived, true);
	buf_puts(b, "},\"commands\":[");
	for (uint32_t k = 1; k <= i->commands.index.count; k++)
		put_json_command(b, &i->commands.list[k], false);
	if (has_others(i))
		put_json_command(b, &i->commands.others, true);
	buf_puts(b, "]}\n");
}
