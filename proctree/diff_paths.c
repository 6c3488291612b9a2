#include "diff_paths.h"

#include <stdlib.h>
#include <string.h>

#include "view.h"

#define NUMBERS_FIRST 1024 /* slots; a power of two */

/* ---- numbers ---- */

static uint32_t
hash_of_path(uint32_t parent, uint32_t name)
{
	uint64_t h = ((uint64_t)parent << 32 | name) * 0x9e3779b97f4a7c15u;

	return (uint32_t)(h >> 32);
}

static uint32_t
hash_of_bytes(const char *s, size_t len)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	while (len--)
		h = (h ^ (unsigned char)*s++) * 16777619u;
	return h;
}

static uint32_t
hash_of(const struct paths *p, const struct numbers *n, uint32_t number)
{
	if (n == &p->names)
		return p->name[number].hash;
	return hash_of_path(p->path[number].parent, p->path[number].name);
}

/* Room for as many names or paths.  Returns 0, or -1 without memory. */
static int
resize(struct paths *p, const struct numbers *n, size_t count)
{
	struct name *name;
	struct path *path;

	if (n == &p->names) {
		name = realloc(p->name, count * sizeof *name);
		if (!name)
			return -1;
		p->name = name;
		return 0;
	}
	path = realloc(p->path, count * sizeof *path);
	if (!path)
		return -1;
	p->path = path;
	return 0;
}

/* Room for one more number.  Returns 0, or -1 without memory. */
static int
grow(struct paths *p, struct numbers *n)
{
	uint32_t size = n->size ? n->size * 2 : NUMBERS_FIRST, at;
	uint32_t *slot;

	if (n->count + 2 <= n->size / 2)
		return 0;
	if (resize(p, n, size / 2) != 0)
		return -1;
	slot = calloc(size, sizeof *slot);
	if (!slot)
		return -1;
	for (uint32_t i = 1; i <= n->count; i++) {
		at = hash_of(p, n, i) & (size - 1);
		while (slot[at])
			at = (at + 1) & (size - 1);
		slot[at] = i;
	}
	free(n->slot);
	n->slot = slot;
	n->size = size;
	return 0;
}

/* The number of a name, 0 without memory. */
static uint32_t
number_of_name(struct paths *p, const char *s, size_t len)
{
	uint32_t hash = hash_of_bytes(s, len), at;
	struct name *n;

	if (grow(p, &p->names) != 0)
		return 0;
	at = hash & (p->names.size - 1);
	for (; p->names.slot[at]; at = (at + 1) & (p->names.size - 1)) {
		n = &p->name[p->names.slot[at]];
		if (n->hash == hash && n->len == len &&
		    memcmp(p->text.data + n->at, s, len) == 0)
			return p->names.slot[at];
	}
	n = &p->name[p->names.count + 1];
	*n = (struct name){ p->text.len, hash, (uint32_t)len };
	buf_add(&p->text, s, len);
	buf_putc(&p->text, '\0');
	if (p->text.failed)
		return 0;
	return p->names.slot[at] = ++p->names.count;
}

/* The number of a path, 0 without memory. */
static uint32_t
number_of_path(struct paths *p, uint32_t parent, uint32_t name)
{
	uint32_t hash = hash_of_path(parent, name), at;
	struct path *n;

	if (grow(p, &p->paths) != 0)
		return 0;
	at = hash & (p->paths.size - 1);
	for (; p->paths.slot[at]; at = (at + 1) & (p->paths.size - 1)) {
		n = &p->path[p->paths.slot[at]];
		if (n->parent == parent && n->name == name)
			return p->paths.slot[at];
	}
	p->paths.slot[at] = ++p->paths.count;
	n = &p->path[p->paths.count];
	*n = (struct path){ .parent = parent, .name = name, .depth = 1 };
	if (parent)
		n->depth = p->path[parent].depth + 1;
	n->head = n->depth > PATH_HEAD ? p->path[parent].head : p->paths.count;
	return p->paths.count;
}

/* ---- processes ---- */

/* From when to when it was there, in the trace, as far as that is known. */
static bool
span_of(const struct tree *t, const struct node *n, uint64_t since,
    uint64_t *from, uint64_t *to)
{
	if (!n->start || (n->flags & NODE_LOST && !n->end))
		return false;
	*from = n->start > since ? n->start : since;
	*to = n->end ? n->end : t->end;
	if (*to < *from)
		*to = *from;
	return true;
}

/* How long none of its children was there: they come in the order they
 * began. */
static uint64_t
alone(const struct tree *t, const struct node *n, uint64_t since, uint64_t from,
    uint64_t to)
{
	uint64_t ns = 0, begin, end;
	const struct node *c;

	for (uint32_t i = n->first; i; i = c->next) {
		c = tree_node(t, i);
		if (c->flags & (NODE_THREAD | NODE_HIDDEN) ||
		    !span_of(t, c, since, &begin, &end))
			continue;
		if (begin >= to)
			break;
		if (begin > from)
			ns += begin - from;
		if (end > from)
			from = end;
	}
	return from < to ? ns + to - from : ns;
}

/* Is what it used, used in the trace?  One that was there before does, if it
 * only waited until it could run what it was made for. */
static bool
knows_cpu(const struct tree *t, const struct node *n, uint64_t since)
{
	if (!(n->flags & NODE_USAGE))
		return false;
	if (n->start >= since)
		return true;
	return n->flags & NODE_CALLED && tree_exec(t, n->exec)->ts >= since;
}

static void
add(struct path_sum *sum, const struct tree *t, const struct node *n,
    uint64_t since)
{
	uint64_t from, to;

	sum->count++;
	sum->failed += n->flags & NODE_ENDED && n->code > 0;
	/* Of one that was there before and after, only that is known. */
	if ((n->start >= since || n->end) && span_of(t, n, since, &from, &to)) {
		sum->wall += to - from;
		sum->self += alone(t, n, since, from, to);
	} else
		sum->no_wall++;
	if (knows_cpu(t, n, since))
		sum->cpu += n->user + n->system;
	else
		sum->no_cpu++;
}

int
paths_add(struct paths *p, struct tree *t, uint64_t since, int which)
{
	const struct view view = { .tree = t };
	uint32_t i = 0, name;
	const char *s;
	size_t len;

	while ((i = tree_next(t, i, NULL)) != 0) {
		struct node *n = tree_node(t, i);

		if (n->flags & NODE_THREAD)
			continue;
		s = view_name(&view, n, &len);
		name = number_of_name(p, s, len < NAME_KEPT ? len : NAME_KEPT);
		if (!name)
			return -1;
		n->id = number_of_path(
		    p, n->parent ? tree_node(t, n->parent)->id : 0, name);
		if (!n->id)
			return -1;
		add(&p->path[n->id].in[which], t, n, since);
	}
	return 0;
}

const char *
paths_name(const struct paths *p, const struct path *path, size_t *len)
{
	const struct name *n = &p->name[path->name];

	*len = n->len;
	return p->text.data + n->at;
}

void
paths_free(struct paths *p)
{
	free(p->path);
	free(p->name);
	free(p->paths.slot);
	free(p->names.slot);
	buf_free(&p->text);
	*p = (struct paths){ 0 };
}
