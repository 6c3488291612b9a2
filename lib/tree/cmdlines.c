/* Command lines: the same one is stored once. */
#include "tree/cmdlines.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE (64 << 10)

/* The head of an entry; the path and its NUL, then the arguments, follow. */
struct cmdline {
	uint32_t path; /* bytes of the path, 0: not known */
	int argc, count;
	uint32_t text : 30; /* bytes of the arguments */
	uint32_t state : 2;
	uint32_t missing;
};

static const struct cmdline *
cmdline_of(const struct cmdline_table *l, uint32_t number)
{
	return (const struct cmdline *)(const void *)l->line[number];
}

struct cmdline_block {
	struct cmdline_block *next;
	char bytes[];
};

/* Room for one more, aligned for a struct cmdline. */
static char *
block_take(struct cmdline_table *l, size_t len)
{
	len = (len + 7) & ~(size_t)7;
	if (l->used + len > l->size) {
		size_t size = len > BLOCK_SIZE / 4 ? len : BLOCK_SIZE;
		struct cmdline_block *block = malloc(sizeof *block + size);

		if (!block)
			return NULL;
		block->next = l->block;
		l->block = block;
		l->used = 0;
		l->size = size;
	}
	l->used += len;
	l->bytes += len;
	return l->block->bytes + l->used - len;
}

static bool
cmdline_is(
    const struct cmdline *a, const struct cmdline *b, const struct event *e)
{
	const char *bytes = (const char *)(a + 1);

	return memcmp(a, b, sizeof *a) == 0 &&
	    (!a->path || memcmp(bytes, e->path, a->path) == 0) &&
	    (!a->text || memcmp(bytes + a->path, e->args.text, a->text) == 0);
}

uint32_t
cmdline_table_add(struct cmdline_table *l, const struct event *e)
{
	struct cmdline n = { .path = e->path ? (uint32_t)strlen(e->path) + 1 :
					       0,
		.argc = e->args.argc,
		.count = e->args.count,
		.text = e->args.text ? (uint32_t)e->args.len : 0,
		.state = e->args.state,
		.missing = e->args.missing };
	uint32_t hash, at, same;
	char **line, *p;

	if (!n.path && n.state == ARGS_NONE && n.argc < 0)
		return 0;
	hash = hash_bytes(hash_seed(), &n, sizeof n);
	hash = hash_bytes(hash, e->path, n.path);
	at = hash = hash_bytes(hash, e->args.text, n.text);
	while ((same = hash_index_next(&l->index, hash, &at)))
		if (cmdline_is(cmdline_of(l, same), &n, e))
			return same;
	p = block_take(l, sizeof n + n.path + n.text);
	if (!p)
		return UINT32_MAX;
	line = hash_index_add(&l->index, hash, l->line, sizeof *line);
	if (!line)
		return UINT32_MAX;
	l->line = line;
	line[l->index.count] = p;
	memcpy(p, &n, sizeof n);
	if (n.path)
		memcpy(p + sizeof n, e->path, n.path);
	if (n.text)
		memcpy(p + sizeof n + n.path, e->args.text, n.text);
	return l->index.count;
}

void
cmdline_table_get(
    const struct cmdline_table *l, uint32_t number, struct event *e)
{
	const struct cmdline *n;
	const char *bytes;

	e->path = NULL;
	e->args = (struct args){ .argc = -1 };
	if (!number || number > l->index.count)
		return;
	n = cmdline_of(l, number);
	bytes = (const char *)(n + 1);
	e->path = n->path ? bytes : NULL;
	e->args = (struct args){ .state = (enum args_state)n->state,
		.argc = n->argc,
		.count = n->count,
		.text = bytes + n->path,
		.len = n->text,
		.missing = n->missing };
}

void
cmdline_table_free(struct cmdline_table *l)
{
	for (struct cmdline_block *block = l->block, *next; block;
	     block = next) {
		next = block->next;
		free(block);
	}
	free(l->line);
	hash_index_free(&l->index);
	*l = (struct cmdline_table){ 0 };
}
