#include "ancestors.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/clock.h"
#include "../lib/options.h"

#define PID_GREATEST 4194304 /* PID_MAX_LIMIT, include/linux/threads.h */

/* Of who lives, it can still be read. */
static uint32_t
cgroup_of(const struct tree *t, struct cgroups *c, uint32_t i)
{
	const struct node *n = tree_node(t, i);
	uint32_t cgroup = cgroups_of(c, i);

	if (cgroup == CGROUP_UNKNOWN && !(n->flags & (NODE_ENDED | NODE_LOST)))
		cgroup = cgroups_read(c, n->tid);
	return cgroup;
}

uint32_t
ancestors_root(
    const struct tree *t, struct cgroups *c, uint32_t node, char why[WHY_LEN])
{
	uint32_t own = cgroup_of(t, c, node), other, up, i = node;

	why[0] = '\0';
	while ((up = tree_parent(t, i)) != 0) {
		other = own == CGROUP_UNKNOWN ? own : cgroup_of(t, c, up);
		if (other != own && other != CGROUP_UNKNOWN)
			break;
		if (other == CGROUP_UNKNOWN && !why[0])
			why_set(why,
			    "the cgroup of process %d is not known: "
			    "its root may be below",
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
answer(struct view *v, struct cgroups *c, struct buf *b, const char *asked)
{
	char why[WHY_LEN];
	uint32_t node = 0, root, i, *way;
	size_t count = 1;
	long pid;

	if (parse_number(asked, 1, PID_GREATEST, &pid) == 0)
		node = tree_find(v->tree, (int)pid);
	if (!node) {
		buf_puts(b, "?\n\n");
		return;
	}
	root = ancestors_root(v->tree, c, node, why);
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
	if (why[0])
		buf_printf(b, "(%s)\n", why);
	buf_putc(b, '\n');
}

bool
ancestors_answer(struct view *v, struct cgroups *c, struct buf *b)
{
	static char line[32]; /* a longer one is no pid */
	static struct buf asked;
	static size_t len;
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	char got[4096];
	ssize_t n;

	/* What was asked before all was read that happened before that. */
	for (size_t at = 0; at < asked.len; at++)
		if (asked.data[at] == '\n') {
			line[len] = '\0';
			answer(v, c, b, line);
			len = 0;
		} else if (len < sizeof line - 1)
			line[len++] = asked.data[at];
	asked.len = 0;
	if (poll(&p, 1, 0) <= 0)
		return true;
	n = read(STDIN_FILENO, got, sizeof got);
	if (n > 0)
		buf_add(&asked, got, (size_t)n);
	return n > 0 || (n < 0 && errno == EINTR);
}
