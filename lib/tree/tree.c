/* Nodes and what they are made of.  Events are noted in apply.c; what is done
 * when the trace is over is in finish.c. */
#include "tree/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "kernel/start_time.h"
#include "tree/node.h"

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

/* One more entry of a table of chunks, which grows by doubling.  Returns its
 * index, 0 without memory. */
static uint32_t
chunk_extend(void ***table, uint32_t *chunks, uint32_t *count, size_t size)
{
	if (*count == *chunks * TREE_CHUNK) {
		size_t room = *chunks ? *chunks * 2 : 1;
		void **p = *table;

		if ((*chunks & (*chunks - 1)) == 0) { /* a power of two */
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
			*count = 1; /* 0 is none */
	}
	return (*count)++;
}

/* ---- numbers ---- */

static uint32_t *
map_slot(const struct tree *t, int tid)
{
	size_t i = hash_number((uint32_t)tid, t->factor, t->map_size);

	while (t->map[i] && tree_node(t, t->map[i])->tid != tid)
		i = (i + 1) & (t->map_size - 1);
	return &t->map[i];
}

uint32_t
tree_find(const struct tree *t, int tid)
{
	return t->map_size ? *map_slot(t, tid) : 0;
}

static int
grow_map(struct tree *t)
{
	struct tree old = *t;

	t->map_size = old.map_size ? old.map_size * 2 : 1024;
	t->factor = hash_seed() | 1;
	t->map = calloc(t->map_size, sizeof *t->map);
	if (!t->map) {
		*t = old;
		return -1;
	}
	for (uint32_t i = 0; i < old.map_size; i++)
		if (old.map[i])
			*map_slot(
			    t, tree_node(t, old.map[i])->tid) = old.map[i];
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
	i = chunk_extend((void ***)&t->chunk, &t->chunks, &t->nodes, sizeof *n);
	if (!i)
		goto failed;
	n = tree_node(t, i);
	n->tid = tid;
	n->ppid = PPID_UNKNOWN;
	n->code = CODE_UNKNOWN;
	n->threads = 1;
	n->epoch = t->losses;
	at = map_slot(t, tid);
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
node_last(const struct tree *t, int tid)
{
	uint32_t i = tree_find(t, tid);

	return i ? tree_node(t, i) : NULL;
}

struct node *
node_living(const struct tree *t, int tid)
{
	struct node *n = node_last(t, tid);

	if (n && (n->flags & (NODE_ENDED | NODE_LOST) || n->epoch != t->losses))
		return NULL;
	return n;
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

	if (!n)
		return NULL;
	n->flags |= NODE_UNKNOWN;
	if (t->chosen)
		n->flags |= NODE_CHOSEN;
	if (t->losses)
		n->flags |= NODE_ORPHAN;
	return n;
}

void
node_add_exec(struct tree *t, struct node *n, const struct event *e)
{
	uint32_t cmdline = cmdline_table_add(&t->cmdlines, e), i = 0;
	struct tree_exec *x;

	if (cmdline != UINT32_MAX)
		i = chunk_extend((void ***)&t->exec_chunk, &t->exec_chunks,
		    &t->execs, sizeof *x);
	if (!i) {
		t->failed = true;
		return;
	}
	x = tree_exec(t, i);
	x->ts = e->type == EVENT_EXEC ? e->ts : 0;
	x->cmdline = cmdline;
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
tree_program(const struct tree *t, uint32_t exec, struct event *e)
{
	*e = (struct event){ .type = EVENT_TASK };
	if (exec && tree_exec(t, exec)->ts)
		e->type = EVENT_EXEC; /* it was not there before */
	cmdline_table_get(
	    &t->cmdlines, exec ? tree_exec(t, exec)->cmdline : 0, e);
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
	cmdline_table_free(&t->cmdlines);
	*t = (struct tree){ 0 };
}
