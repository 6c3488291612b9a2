#include "lines.h"

#include <stdlib.h>
#include <string.h>

#define LINES_BLOCK (64 << 10)

/* What is kept of a line; the path and its NUL, then the arguments, follow. */
struct line {
	uint32_t hash, path; /* bytes of the path, 0: not known */
	int argc, count;
	uint32_t text; /* bytes of the arguments */
	uint32_t state;
};

static uint32_t
hash_bytes(uint32_t h, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	while (len--)
		h = (h ^ *p++) * 16777619u; /* FNV-1a */
	return h;
}

static const struct line *
get(const struct lines *l, uint32_t number)
{
	return (const struct line *)(const void *)l->line[number];
}

/* Room for one more, aligned for a struct line. */
static char *
take(struct lines *l, size_t len)
{
	len = (len + 7) & ~(size_t)7;
	if (l->used + len > l->size || !l->blocks) {
		size_t size = len > LINES_BLOCK / 4 ? len : LINES_BLOCK;
		char **block = l->block;

		if (l->blocks == l->room) {
			size_t room = l->room ? l->room * 2 : 16;

			block = realloc(block, room * sizeof *block);
			if (!block)
				return NULL;
			l->block = block;
			l->room = room;
		}
		block[l->blocks] = malloc(size);
		if (!block[l->blocks])
			return NULL;
		l->blocks++;
		l->used = 0;
		l->size = size;
	}
	l->used += len;
	l->bytes += len;
	return l->block[l->blocks - 1] + l->used - len;
}

static bool
is_same(const struct line *a, const struct line *b, const struct event *e)
{
	const char *bytes = (const char *)(a + 1);

	return a->hash == b->hash && a->path == b->path && a->argc == b->argc &&
	    a->count == b->count && a->text == b->text &&
	    a->state == b->state &&
	    (!a->path || memcmp(bytes, e->path, a->path) == 0) &&
	    (!a->text || memcmp(bytes + a->path, e->args.text, a->text) == 0);
}

/* Twice the table, and the room for numbers with it. */
static int
grow(struct lines *l)
{
	uint32_t size = l->table_size ? l->table_size * 2 : 1024, at;
	uint32_t *table = calloc(size, sizeof *table);
	char **line = realloc(l->line, size / 2 * sizeof *line);

	if (line)
		l->line = line;
	if (!table || !line) {
		free(table);
		return -1;
	}
	for (uint32_t i = 1; i <= l->count; i++) {
		at = get(l, i)->hash & (size - 1);
		while (table[at])
			at = (at + 1) & (size - 1);
		table[at] = i;
	}
	free(l->table);
	l->table = table;
	l->table_size = size;
	l->lines_room = size / 2;
	return 0;
}

uint32_t
lines_add(struct lines *l, const struct event *e)
{
	struct line n = { .path = e->path ? (uint32_t)strlen(e->path) + 1 : 0,
		.argc = e->args.argc,
		.count = e->args.count,
		.text = e->args.text ? (uint32_t)e->args.len : 0,
		.state = e->args.state };
	uint32_t at;
	char *p;

	if (!n.path && n.state == ARGS_NONE && n.argc < 0)
		return 0;
	n.hash = hash_bytes(2166136261u, &n.path, sizeof n - sizeof n.hash);
	n.hash = hash_bytes(n.hash, e->path, n.path);
	n.hash = hash_bytes(n.hash, e->args.text, n.text);
	if (l->count + 1 >= l->lines_room && grow(l) != 0)
		return UINT32_MAX;
	at = n.hash & (l->table_size - 1);
	for (; l->table[at]; at = (at + 1) & (l->table_size - 1))
		if (is_same(get(l, l->table[at]), &n, e))
			return l->table[at];
	p = take(l, sizeof n + n.path + n.text);
	if (!p)
		return UINT32_MAX;
	l->line[++l->count] = p;
	l->table[at] = l->count;
	memcpy(p, &n, sizeof n);
	if (n.path)
		memcpy(p + sizeof n, e->path, n.path);
	if (n.text)
		memcpy(p + sizeof n + n.path, e->args.text, n.text);
	return l->count;
}

void
lines_lend(const struct lines *l, uint32_t number, struct event *e)
{
	const struct line *n;
	const char *bytes;

	e->path = NULL;
	e->args = (struct args){ .argc = -1 };
	if (!number || number > l->count)
		return;
	n = get(l, number);
	bytes = (const char *)(n + 1);
	e->path = n->path ? bytes : NULL;
	e->args = (struct args){ .state = (enum args_state)n->state,
		.argc = n->argc,
		.count = n->count,
		.text = bytes + n->path,
		.len = n->text };
}

void
lines_free(struct lines *l)
{
	for (size_t i = 0; i < l->blocks; i++)
		free(l->block[i]);
	free(l->block);
	free(l->line);
	free(l->table);
	*l = (struct lines){ 0 };
}
