/*
 * -o folded: a line for each stack, "make;sh;cc 12": the names of a process
 * and of its ancestors, and a weight.  It is what flamegraph.pl reads, and
 * speedscope and others.
 *
 * A weight is the number of processes, or what they took themselves and not
 * their children, in microseconds: user and system time, or (wall) time during
 * which no child that is drawn was running.  A flame graph adds them up.  Of
 * wall that can be more than the parent lived: children run side by side.
 *
 * Equal stacks make one line, so the first can only be written after the last
 * process was seen; memory grows with the stacks that differ, not with the
 * processes.  A stack without weight is not written.  From STACK_SHOWN on,
 * "..." stands for all but the first frames and the last, or a chain of n
 * processes would take n * n names.
 */
#include <stdlib.h>
#include <string.h>

#include "../lib/print.h"
#include "view.h"

#define STACK_SHOWN 200 /* frames */
#define NAME_SHOWN  100 /* bytes of a name */

enum kind { PROCESS, THREAD, MORE };

struct stack {
	const char *name; /* of its last frame, lent by the tree */
	uint32_t len;
	uint32_t parent; /* the stack without the last frame; 0: none */
	uint64_t weight; /* processes, or ns */
	enum kind kind;
};

struct stacks {
	struct stack *stack; /* by number; 0 is the empty one */
	uint32_t count, size;
	uint32_t *table; /* open addressing, twice size */
};

static uint32_t
hash(const struct stack *s)
{
	uint32_t h = 2166136261u ^ (uint32_t)s->kind;

	for (uint32_t i = 0; i < s->len; i++)
		h = (h ^ (unsigned char)s->name[i]) * 16777619u;
	h = (h ^ s->parent) * 2654435761u;
	return h ^ h >> 15;
}

/* Where a stack is in the table, or belongs. */
static uint32_t *
find(const struct stacks *all, const struct stack *s)
{
	uint32_t mask = 2 * all->size - 1, i = hash(s) & mask;

	for (; all->table[i]; i = (i + 1) & mask) {
		const struct stack *o = &all->stack[all->table[i]];

		if (o->parent == s->parent && o->kind == s->kind &&
		    o->len == s->len && memcmp(o->name, s->name, s->len) == 0)
			break;
	}
	return &all->table[i];
}

/* Room for one more.  Returns 0, -1 without memory. */
static int
grow(struct stacks *all)
{
	uint32_t size = all->size ? 2 * all->size : 1024;
	struct stack *stack;

	if (all->count < all->size)
		return 0;
	free(all->table);
	all->table = calloc(2 * (size_t)size, sizeof *all->table);
	stack = realloc(all->stack, size * sizeof *stack);
	if (stack)
		all->stack = stack;
	if (!stack || !all->table || size > UINT32_MAX / 4)
		return -1;
	all->size = size;
	all->count += all->count == 0;
	for (uint32_t i = 1; i < all->count; i++)
		*find(all, &stack[i]) = i;
	return 0;
}

/* Add a weight to a stack.  Returns its number, 0 without memory. */
static uint32_t
add(struct stacks *all, const struct stack *s)
{
	uint32_t *at;

	if (grow(all) != 0)
		return 0;
	at = find(all, s);
	if (*at)
		all->stack[*at].weight += s->weight;
	else {
		*at = all->count++;
		all->stack[*at] = *s;
	}
	return *at;
}

/* Wall time during which no child was running: they are in the order they
 * began, so one pass merges their times. */
static uint64_t
self_wall(const struct tree *t, uint32_t i)
{
	const struct node *n = tree_node(t, i), *c;
	uint64_t self = tree_wall(t, n);
	uint64_t at = n->start, end = n->start + self;
	uint32_t child = tree_next(t, i, NULL);

	if (child && tree_node(t, child)->parent != i)
		return self;
	for (; child; child = tree_sibling(t, child)) {
		uint64_t from, to;

		c = tree_node(t, child);
		from = c->start > at ? c->start : at;
		to = c->start + tree_wall(t, c);
		to = to < end ? to : end;
		if (to > from) {
			self -= to - from;
			at = to;
		}
	}
	return self;
}

static uint64_t
weigh(const struct view *v, uint32_t i)
{
	const struct node *n = tree_node(v->tree, i);

	switch (v->weight) {
	case WEIGHT_WALL:
		return self_wall(v->tree, i);
	case WEIGHT_CPU:
		return n->flags & NODE_USAGE ? n->user + n->system : 0;
	default:
		return 1;
	}
}

/* The first bytes of a name, whole characters. */
static uint32_t
cut(const char *name, size_t len)
{
	size_t n = NAME_SHOWN;

	if (len <= n)
		return (uint32_t)len;
	while (n > NAME_SHOWN - 4 && ((unsigned char)name[n] & 0xc0) == 0x80)
		n--;
	return (uint32_t)n;
}

/* Add up the weights of all.  Returns 0, -1 without memory. */
static int
collect(const struct view *v, struct stacks *all)
{
	static const struct stack more = {
		.name = "...", .len = 3, .kind = MORE
	};
	uint32_t path[STACK_SHOWN] = { 0 }, i = 0;
	int depth = -1;

	while ((i = tree_next(v->tree, i, &depth)) != 0) {
		const struct node *n = tree_node(v->tree, i);
		int at = depth < STACK_SHOWN - 1 ? depth : STACK_SHOWN - 1;
		struct stack s = { .weight = weigh(v, i),
			.kind = n->flags & NODE_THREAD ? THREAD : PROCESS };
		struct stack gap = more;
		size_t len;

		s.name = view_name(v, n, &len);
		s.len = cut(s.name, len);
		s.parent = at ? path[at - 1] : 0;
		if (at == STACK_SHOWN - 1) {
			gap.parent = path[at - 2];
			s.parent = add(all, &gap);
		}
		path[at] = add(all, &s);
		if (!path[at] || (at == STACK_SHOWN - 1 && !s.parent))
			return -1;
	}
	return 0;
}

/* Append a name as a frame: no ";", nothing that looks like the brackets of a
 * thread or like our "...", and no space before a digit, for flamegraph.pl
 * takes a number at the end for a second weight. */
static void
put_name(struct buf *b, const char *s, size_t len)
{
	size_t done = 0, i = 0;

	if (len > 0 && (s[0] == '{' || (len == 3 && !memcmp(s, "...", 3)))) {
		buf_printf(b, "\\x%02x", (unsigned)s[0]);
		done = i = 1;
	}
	for (; i < len; i++) {
		bool space = s[i] == ' ' && i + 1 < len && s[i + 1] >= '0' &&
		    s[i + 1] <= '9';

		if (s[i] != ';' && !space)
			continue;
		print_escaped(b, s + done, i - done);
		buf_printf(b, "\\x%02x", (unsigned)s[i]);
		done = i + 1;
	}
	print_escaped(b, s + done, len - done);
	if (len == 0)
		buf_putc(b, '?');
}

static void
put_stack(
    const struct view *v, struct buf *b, const struct stacks *all, uint32_t i)
{
	uint32_t path[STACK_SHOWN], up = i;
	uint64_t weight = all->stack[i].weight;
	int frames = 0;

	if (v->weight != WEIGHT_COUNT)
		weight /= 1000;
	if (weight == 0)
		return;
	for (; up && frames < STACK_SHOWN; up = all->stack[up].parent)
		path[frames++] = up;
	while (frames--) {
		const struct stack *s = &all->stack[path[frames]];

		if (s->kind == THREAD)
			buf_putc(b, '{');
		if (s->kind == MORE)
			buf_add(b, s->name, s->len);
		else
			put_name(b, s->name, s->len);
		if (s->kind == THREAD)
			buf_putc(b, '}');
		buf_putc(b, frames ? ';' : ' ');
	}
	buf_printf(b, "%llu\n", (unsigned long long)weight);
}

int
draw_folded(const struct view *v, struct buf *b)
{
	struct stacks all = { 0 };
	int r = 0;

	if (collect(v, &all) != 0)
		b->failed = true;
	for (uint32_t i = 1; r == 0 && !b->failed && i < all.count; i++) {
		put_stack(v, b, &all, i);
		r = v->flush(b);
	}
	free(all.stack);
	free(all.table);
	return r == 0 ? v->flush(b) : -1;
}
