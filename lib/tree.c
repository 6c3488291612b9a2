/* Nodes and what they are made of.  Events are taken in tree_apply.c; what is
 * done when the trace is over is in tree_finish.c. */
#include "tree.h"

#include <stdlib.h>
#include <string.h>

#include "proc.h"
#include "tasks.h"
#include "tree_node.h"

void
tree_init(struct tree *t)
{
	*t = (struct tree){ 0 };
}

struct node *
tree_node(const struct tree *t, uint32_t i)
{
	return &t->chunk[i / TREE_CHUNK][i % TREE_CHUNK];
}

struct tree_exec *
tree_exec(const struct tree *t, uint32_t i)
{
	return &t->exec_chunk[i / TREE_CHUNK][i % TREE_CHUNK];
}

/* One more of a table of chunks.  Returns its index, 0 without memory. */
static uint32_t
extend(void ***table, uint32_t *chunks, uint32_t *count, size_t size)
{
	if (*count == *chunks * TREE_CHUNK) {
		/* grows by doubling: at powers of two */
		bool full = (*chunks & (*chunks - 1)) == 0;
		size_t room = *chunks ? *chunks * 2 : 1;
		void **p = *table;

		if (full) {
			p = realloc(p, room * sizeof *p);
			if (!p)
				return 0;
			*table = p;
		}
		p[*chunks] = calloc(TREE_CHUNK, size);
		if (!p[*chunks])
			return 0;
		++*chunks;
		if (*count == 0)
			*count = 1; /* 0 is nobody's */
	}
	return (*count)++;
}

/* ---- numbers ---- */

static uint32_t *
slot(const struct tree *t, int tid)
{
	uint32_t i = (uint32_t)tid * 2654435761u & (t->map_size - 1);

	while (t->map[i] && tree_node(t, t->map[i])->tid != tid)
		i = (i + 1) & (t->map_size - 1);
	return &t->map[i];
}

uint32_t
tree_find(const struct tree *t, int tid)
{
	return t->map_size ? *slot(t, tid) : 0;
}

static int
grow_map(struct tree *t)
{
	struct tree old = *t;

	t->map_size = old.map_size ? old.map_size * 2 : 1024;
	t->map = calloc(t->map_size, sizeof *t->map);
	if (!t->map) {
		*t = old;
		return -1;
	}
	for (uint32_t i = 0; i < old.map_size; i++)
		if (old.map[i])
			*slot(t, tree_node(t, old.map[i])->tid) = old.map[i];
	free(old.map);
	return 0;
}

struct node *
node_begin(struct tree *t, int tid)
{
	struct node *n, *before;
	uint32_t i, *at;

	if ((!t->map_size || t->map_used >= t->map_size / 2) &&
	    grow_map(t) != 0)
		goto failed;
	i = extend((void ***)&t->chunk, &t->chunks, &t->nodes, sizeof *n);
	if (!i)
		goto failed;
	n = tree_node(t, i);
	n->tid = tid;
	n->ppid = PPID_UNKNOWN;
	n->code = CODE_UNKNOWN;
	n->threads = 1;
	n->epoch = t->losses;
	at = slot(t, tid);
	if (*at) {
		before = tree_node(t, *at);
		n->prev = *at;
		n->generation = before->generation + 1;
		if (!(before->flags & NODE_ENDED))
			before->flags |= NODE_LOST;
	} else
		t->map_used++;
	*at = i;
	return n;
failed:
	t->failed = true;
	return NULL;
}

struct node *
node_living(const struct tree *t, int tid)
{
	uint32_t i = tree_find(t, tid);
	struct node *n = i ? tree_node(t, i) : NULL;

	return n && !(n->flags & (NODE_ENDED | NODE_LOST)) &&
		n->epoch == t->losses ?
	    n :
	    NULL;
}

bool
node_is_near(const struct node *n, uint64_t start)
{
	return proc_same_start(n->start, start);
}

struct node *
node_begin_unknown(struct tree *t, int tid)
{
	struct node *n = node_begin(t, tid);

	if (n)
		n->flags |= NODE_UNKNOWN | (t->chosen ? NODE_CHOSEN : 0) |
		    (t->losses ? NODE_ORPHAN : 0);
	return n;
}

/* There is no cycle yet but among those that wait for their parents, which are
 * few: so many steps are enough. */
static bool
descends(const struct tree *t, uint32_t i, const struct node *from)
{
	for (uint32_t steps = 0; i && steps < t->nodes; steps++) {
		if (tree_node(t, i) == from)
			return true;
		i = tree_parent(t, i);
	}
	return false;
}

uint32_t
tree_choose(struct tree *t, int pid)
{
	struct node *n = node_living(t, pid);

	t->chosen = true;
	if (!n)
		return 0;
	n->flags |= NODE_CHOSEN;
	for (uint32_t i = 1; i < t->nodes; i++)
		if (descends(t, i, n))
			tree_node(t, i)->flags |= NODE_CHOSEN;
	return tree_find(t, pid);
}

void
node_add_exec(struct tree *t, struct node *n, const struct event *e)
{
	uint32_t line = lines_add(&t->lines, e), i;
	struct tree_exec *x;

	i = line == UINT32_MAX ? 0 :
				 extend((void ***)&t->exec_chunk,
				     &t->exec_chunks, &t->execs, sizeof *x);
	if (!i) {
		t->failed = true;
		return;
	}
	x = tree_exec(t, i);
	x->ts = e->type == EVENT_EXEC ? e->ts : 0;
	x->line = line;
	memcpy(x->comm, e->comm, COMM_LEN);
	x->next = i;
	if (n->flags & NODE_CALLED) {
		x->next = tree_exec(t, n->exec)->next;
		tree_exec(t, n->exec)->next = i;
	}
	n->exec = i;
	n->flags |= NODE_CALLED;
}

void
tree_lend(const struct tree *t, uint32_t exec, struct event *e)
{
	*e = (struct event){ .type = EVENT_EXEC };
	lines_lend(&t->lines, exec ? tree_exec(t, exec)->line : 0, e);
}

void
tree_free(struct tree *t)
{
	for (uint32_t i = 0; i < t->chunks; i++)
		free(t->chunk[i]);
	for (uint32_t i = 0; i < t->exec_chunks; i++)
		free(t->exec_chunk[i]);
	free(t->chunk);
	free(t->exec_chunk);
	free(t->map);
	lines_free(&t->lines);
	*t = (struct tree){ 0 };
}

void
tree_clear(struct tree *t)
{
	struct tree empty = {
		.threads = t->threads, .chosen = t->chosen, .choose = t->choose
	};

	tree_free(t);
	*t = empty;
}
