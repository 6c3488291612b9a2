/* -A: the tree upwards, of one process. */
#include "ancestors.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "kernel/clock.h"
#include "cli/options.h"
#include "output/formats.h"

#define PID_GREATEST 4194304 /* PID_MAX_LIMIT, include/linux/threads.h */

/* The cgroup of a process that still runs can be read. */
static uint32_t
cgroup_of(const struct tree *t, struct cgroups *c, uint32_t i)
{
	const struct node *n = tree_node(t, i);
	uint32_t cgroup = labels_of(&c->labels, i);

	if (c->ignored)
		return LABEL_NONE + 1;
	if (cgroup == LABEL_NONE && !(n->flags & (NODE_ENDED | NODE_LOST)))
		cgroup = cgroups_read(c, n->tid);
	return cgroup;
}

uint32_t
ancestors_root(
    const struct tree *t, struct cgroups *c, uint32_t node, struct error *error)
{
	uint32_t own = cgroup_of(t, c, node), other, up, i = node;

	error->text[0] = '\0';
	while ((up = tree_parent(t, i)) != 0) {
		other = own == LABEL_NONE ? own : cgroup_of(t, c, up);
		if (other != own && other != LABEL_NONE)
			break;
		if (other == LABEL_NONE && !error->text[0])
			error_set(error,
			    "the cgroup of process %d is not known: "
			    "ancestors may be of another",
			    tree_node(t, own ? up : node)->tid);
		i = up;
	}
	return i;
}

void
ancestors_keep(struct tree *t, uint32_t node, uint32_t root)
{
	for (uint32_t k = 1; k < t->nodes; k++)
		tree_node(t, k)->flags |= NODE_HIDDEN;
	for (uint32_t i = node; i; i = tree_node(t, i)->parent) {
		tree_node(t, i)->flags &= (uint16_t)~NODE_HIDDEN;
		if (i == root)
			break;
	}
	tree_node(t, root)->parent = tree_node(t, root)->next = 0;
	tree_node(t, 0)->first = tree_node(t, 0)->last = root;
}

/* ---- while tracing ---- */

static void
answer_pid(struct view *v, struct cgroups *c, struct buf *b, const char *asked)
{
	struct error error;
	uint32_t node = 0, root, i, *way;
	size_t count = 1;
	long pid;

	if (parse_number(asked, 1, PID_GREATEST, &pid) == 0)
		node = tree_find(v->tree, (int)pid);
	if (!node) {
		buf_puts(b, "?\n\n");
		return;
	}
	root = ancestors_root(v->tree, c, node, &error);
	for (i = node; i != root; i = tree_parent(v->tree, i))
		count++;
	way = malloc(count * sizeof *way);
	if (!way) {
		b->failed = true;
		return;
	}
	for (i = node, count = 0; i != root; i = tree_parent(v->tree, i))
		way[count++] = i;
	way[count++] = root;
	v->tree->end = clock_boot();
	for (int depth = 0; count > 0; depth++)
		text_line(v, b, way[--count], depth);
	free(way);
	if (error.text[0])
		buf_printf(b, "(%s)\n", error.text);
	buf_putc(b, '\n');
}

bool
ancestors_answer(struct ancestors_asked *a, struct view *v, struct cgroups *c,
    struct buf *b, uint64_t taken)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	ssize_t n;

	/* What was asked before all was read that happened before that. */
	if (a->count && taken < a->when)
		return true;
	for (size_t i = 0; i < a->count; i++)
		if (a->bytes[i] == '\n') {
			a->line[a->len] = '\0';
			answer_pid(v, c, b, a->line);
			a->len = 0;
		} else if (a->len < sizeof a->line - 1)
			a->line[a->len++] = a->bytes[i];
	a->count = 0;
	if (poll(&p, 1, 0) <= 0)
		return true;
	n = read(STDIN_FILENO, a->bytes, sizeof a->bytes);
	a->when = clock_boot();
	if (n > 0)
		a->count = (size_t)n;
	return n > 0 || (n < 0 && errno == EINTR);
}
