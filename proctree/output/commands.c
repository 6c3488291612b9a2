/* -S has one table for the whole trace, -r one for each interval. */
#include "output/commands.h"

#include <stdlib.h>
#include <string.h>

#include "cli/columns.h"

#define TIME_WIDTH 9
#define COST_WIDTH 11

static int
by_name(const struct command_sum *x, const struct command_sum *y)
{
	size_t n = x->len < y->len ? x->len : y->len;
	int r = n ? memcmp(x->name, y->name, n) : 0;

	return r ? r : (x->len > y->len) - (x->len < y->len);
}

static int
by_number(uint64_t x, uint64_t y)
{
	return (x < y) - (x > y);
}

/* What cost most comes first. */
static int
by_cost(const void *a, const void *b)
{
	const struct command_sum *x = a, *y = b;
	int r = by_number(cost_rank(&x->cost), cost_rank(&y->cost));

	if (r == 0)
		r = by_number(x->wall, y->wall);
	if (r == 0)
		r = by_number(x->count, y->count);
	if (r == 0)
		r = by_number(x->running, y->running);
	return r ? r : by_name(x, y);
}

static void
command_add(struct command_sum *to, const struct command_sum *c)
{
	to->count += c->count;
	to->failed += c->failed;
	to->running += c->running;
	to->wall += c->wall;
	if (c->longest > to->longest)
		to->longest = c->longest;
	cost_add(&to->cost, &c->cost);
}

/* A new entry.  Returns NULL without memory. */
static struct command_sum *
commands_new(struct commands *all, uint32_t hash, const char *name, size_t len)
{
	char *copy = malloc(len + 1);
	struct command_sum *list = copy ?
	    hash_index_add(&all->index, hash, all->list, sizeof *list) :
	    NULL;

	if (!list) {
		free(copy);
		all->failed = true;
		return NULL;
	}
	if (len)
		memcpy(copy, name, len);
	all->list = list;
	all->bytes += len;
	list += all->index.count;
	*list = (struct command_sum){ .name = copy, .len = len };
	return list;
}

void
commands_add(struct commands *all, const char *name, size_t len,
    const struct command_sum *c)
{
	uint32_t hash = hash_bytes(hash_seed(), name, len), at = hash, i;
	struct command_sum *known = NULL;

	while (!known && (i = hash_index_next(&all->index, hash, &at)))
		if (all->list[i].len == len &&
		    (!len || memcmp(all->list[i].name, name, len) == 0))
			known = &all->list[i];
	if (!known && all->most &&
	    (all->index.count >= all->most ||
		len > all->most_bytes - all->bytes))
		known = &all->others;
	if (!known)
		known = commands_new(all, hash, name, len);
	if (known)
		command_add(known, c);
}

void
commands_sort(struct commands *all)
{
	if (all->index.count)
		qsort(all->list + 1, all->index.count, sizeof *all->list,
		    by_cost);
}

void
commands_clear(struct commands *all)
{
	for (uint32_t i = 1; i <= all->index.count; i++)
		free(all->list[i].name);
	free(all->list);
	hash_index_free(&all->index);
	*all = (struct commands){ .most = all->most,
		.most_bytes = all->most_bytes };
}

void
commands_put_header(struct buf *b, bool running, const char *what)
{
	buf_printf(b, "%7s ", "COUNT");
	if (running)
		buf_printf(b, "%7s ", "RUNNING");
	buf_printf(b, "%7s %*s ", "FAILED", TIME_WIDTH, "WALL");
	if (!running)
		buf_printf(b, "%*s ", TIME_WIDTH, "AVERAGE");
	buf_printf(b, "%*s %*s %*s %s\n", TIME_WIDTH, "LONGEST", COST_WIDTH,
	    "CPU", COST_WIDTH, "WAIT", what);
}

static void
put_time(struct buf *b, uint64_t ns)
{
	print_milliseconds(b, ns, TIME_WIDTH - 4);
	buf_putc(b, ' ');
}

/* Of nothing that has ended no times are known. */
static void
put_times(struct buf *b, const struct command_sum *c, bool running)
{
	if (!c->count) {
		buf_printf(b, "%*s %*s %*s %*s ", TIME_WIDTH, "-", TIME_WIDTH,
		    "-", COST_WIDTH, "-", COST_WIDTH, "-");
		return;
	}
	put_time(b, c->wall);
	if (!running)
		put_time(b, c->wall / c->count);
	put_time(b, c->longest);
	cost_put_cpu(b, &c->cost, COST_WIDTH);
	cost_put_wait(b, &c->cost, COST_WIDTH);
}

void
commands_put(struct buf *b, const struct command_sum *c, bool running)
{
	buf_printf(b, "%7llu ", (unsigned long long)c->count);
	if (running)
		buf_printf(b, "%7llu ", (unsigned long long)c->running);
	buf_printf(b, "%7llu ", (unsigned long long)c->failed);
	put_times(b, c, running);
	if (c->len)
		escape_text(b, c->name, c->len);
	else
		buf_putc(b, '?');
	buf_putc(b, '\n');
}
