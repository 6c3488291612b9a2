/* A sum of CPU times is an interval; so is its share of the machine. */
#include "output/cost.h"

#include "base/number.h"
#include "cli/columns.h"

#define PERCENT 1000u /* as a share is counted: thousandths of a percent */

void
cost_add_usage(struct cost *sum, const struct usage *u)
{
	bool exact = u->known && !u->no_cpu;

	cost_add(sum,
	    &(struct cost){ .min = exact ? u->cpu : u->cpu_min,
		.max = exact ? u->cpu : u->cpu_max,
		.wait = u->wait,
		.inexact = !exact,
		.unbounded = !exact && (!u->known || u->unbounded),
		.no_wait = !u->known || u->no_wait });
}

void
cost_add(struct cost *sum, const struct cost *c)
{
	sum->min += c->min;
	sum->max += c->max;
	sum->wait += c->wait;
	sum->inexact |= c->inexact;
	sum->unbounded |= c->unbounded;
	sum->no_wait |= c->no_wait;
}

uint64_t
cost_rank(const struct cost *c)
{
	return c->unbounded || c->max < c->min ? c->min :
						 c->min + (c->max - c->min) / 2;
}

void
cost_put_cpu(struct buf *b, const struct cost *c, int width)
{
	static struct buf field;
	struct usage u = { .known = c->min || !c->unbounded,
		.no_cpu = c->inexact,
		.cpu = c->min,
		.cpu_min = c->min,
		.cpu_max = c->max };

	if (!c->inexact)
		print_milliseconds(&field, c->min, 1);
	else
		print_cpu(&field, &u, 3);
	buf_column(b, &field, width);
}

void
cost_put_wait(struct buf *b, const struct cost *c, int width)
{
	static struct buf field;

	if (c->no_wait)
		buf_puts(&field, c->wait ? ">=" : "?");
	if (!c->no_wait || c->wait)
		print_milliseconds(&field, c->wait, 1);
	buf_column(b, &field, width);
}

bool
cost_used(const struct cost_span *s, uint64_t *ns)
{
	const struct event_machine *from = &s->machine[0], *to = &s->machine[1];

	*ns = 0;
	if (!from->cpus || !to->cpus || to->used < from->used)
		return false;
	*ns = to->used - from->used;
	return true;
}

/* part of whole, in percent.  What is measured in two ways may be more than
 * all, which it is not. */
static void
put_percent(struct buf *b, const struct cost *c, uint64_t parts, uint64_t whole)
{
	uint64_t least = number_share(100 * PERCENT, c->min / parts, whole);
	uint64_t most = number_share(100 * PERCENT, c->max / parts, whole);

	if (!whole || (c->unbounded && !c->min)) {
		buf_putc(b, '?');
		return;
	}
	if (!c->inexact) {
		number_put(b, (least + PERCENT / 2) / PERCENT, 1, '0');
		buf_puts(b, " %");
		return;
	}
	least /= PERCENT;
	most = (most + PERCENT - 1) / PERCENT;
	if (c->unbounded)
		buf_puts(b, ">=");
	number_put(b, least, 1, '0');
	if (!c->unbounded && most > least) {
		buf_puts(b, " to ");
		number_put(b, most, 1, '0');
	}
	buf_puts(b, " %");
}

void
cost_put_share(struct buf *b, const struct cost *c, const struct cost_span *s)
{
	struct cost least = *c;
	int cpus = s->machine[1].cpus;
	bool same = cpus && cpus == s->machine[0].cpus;
	uint64_t used;

	cost_used(s, &used);
	buf_puts(b, "short-lived processes: ");
	put_percent(b, c, same ? (uint64_t)cpus : 1, same ? s->elapsed : 0);
	if (same)
		buf_printf(b, " of %d CPU%s, ", cpus, cpus == 1 ? "" : "s");
	else
		buf_puts(b, " of all CPUs, ");
	/* It was used in a longer time. */
	if (s->machine[0].outside || s->machine[1].outside)
		least.inexact = least.unbounded = true;
	put_percent(b, &least, 1, used);
	buf_puts(b, " of all CPU time used");
}
