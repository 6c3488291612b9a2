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

#include "base/hash.h"
#include "cli/columns.h"
#include "output/formats.h"

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
	struct hash_index index;
};

/* Add a weight to a stack.  Returns its number, 0 without memory. */
static uint32_t
stack_add(struct stacks *all, const struct stack *s)
{
	uint32_t h = hash_bytes(hash_seed(), &s->kind, sizeof s->kind), at, n;
	struct stack *stack;

	h = hash_bytes(h, &s->parent, sizeof s->parent);
	at = h = hash_bytes(h, s->name, s->len);
	while ((n = hash_index_next(&all->index, h, &at))) {
		struct stack *o = &all->stack[n];

		if (o->parent == s->parent && o->kind == s->kind &&
		    o->len == s->len && memcmp(o->name, s->name, s->len) == 0) {
			o->weight += s->weight;
			return n;
		}
	}
	stack = hash_index_add(&all->index, h, all->stack, sizeof *stack);
	if (!stack)
		return 0;
	all->stack = stack;
	stack[all->index.count] = *s;
	return all->index.count;
}

static uint64_t
weigh(const struct view *v, uint32_t i)
{
	const struct node *n = tree_node(v->tree, i);

	switch (v->weight) {
	case WEIGHT_WALL:
		return tree_self(v->tree, n, 0);
	case WEIGHT_CPU:
		return n->usage.no_cpu ? n->usage.cpu_min : n->usage.cpu;
	default:
		return 1;
	}
}

/* The first bytes of a name, whole characters. */
static uint32_t
name_cut(const char *name, size_t len)
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
		s.len = name_cut(s.name, len);
		s.parent = at ? path[at - 1] : 0;
		if (at == STACK_SHOWN - 1) {
			gap.parent = path[at - 2];
			s.parent = stack_add(all, &gap);
		}
		path[at] = stack_add(all, &s);
		if (!path[at] || (at == STACK_SHOWN - 1 && !s.parent))
			return -1;
	}
	return 0;
}

/* Append a name as a frame: no ";", nothing that looks like the brackets of a
 * thread or like our "...", and no space before a digit, because
 * flamegraph.pl takes a number at the end for a second weight. */
static void
put_frame(struct buf *b, const char *s, size_t len)
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
		escape_text(b, s + done, i - done);
		buf_printf(b, "\\x%02x", (unsigned)s[i]);
		done = i + 1;
	}
	escape_text(b, s + done, len - done);
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
			put_frame(b, s->name, s->len);
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
	for (uint32_t i = 1; r == 0 && !b->failed && i <= all.index.count;
	     i++) {
		put_stack(v, b, &all, i);
		r = sink_flush_some(v->sink, b);
	}
	free(all.stack);
	hash_index_free(&all.index);
	return r;
}
