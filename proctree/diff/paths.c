/* The paths of two trees: what is known of all processes with the same path. */
#include "diff/paths.h"

#include <stdlib.h>
#include <string.h>

#include "output/view.h"

/* ---- numbers ---- */

/* The number of a name, 0 without memory. */
static uint32_t
number_of_name(struct paths *p, const char *s, size_t len)
{
	uint32_t hash = hash_bytes(hash_seed(), s, len), at = hash, number;
	struct name *n;

	while ((number = hash_index_next(&p->names, hash, &at))) {
		n = &p->name[number];
		if (n->len == len && memcmp(p->text.data + n->at, s, len) == 0)
			return number;
	}
	n = hash_index_add(&p->names, hash, p->name, sizeof *n);
	if (!n)
		return 0;
	p->name = n;
	n[p->names.count] = (struct name){ p->text.len, (uint32_t)len };
	buf_add(&p->text, s, len);
	buf_putc(&p->text, '\0');
	return p->text.failed ? 0 : p->names.count;
}

/* The number of a path, 0 without memory. */
static uint32_t
number_of_path(struct paths *p, uint32_t parent, uint32_t name)
{
	uint32_t key[] = { parent, name }, number;
	uint32_t hash = hash_bytes(hash_seed(), key, sizeof key), at = hash;
	struct path *n;

	while ((number = hash_index_next(&p->paths, hash, &at))) {
		n = &p->path[number];
		if (n->parent == parent && n->name == name)
			return number;
	}
	n = hash_index_add(&p->paths, hash, p->path, sizeof *n);
	if (!n)
		return 0;
	p->path = n;
	n += p->paths.count;
	*n = (struct path){ .parent = parent, .name = name, .depth = 1 };
	if (parent)
		n->depth = p->path[parent].depth + 1;
	n->head = n->depth > PATH_HEAD ? p->path[parent].head : p->paths.count;
	return p->paths.count;
}

/* ---- processes ---- */

/* Is what it used, used in the trace?  One that was there before does, if it
 * only waited until it could run what it was made for. */
static bool
knows_cpu(const struct tree *t, const struct node *n, uint64_t since)
{
	if (!n->usage.known || n->usage.no_cpu)
		return false;
	if (n->start >= since)
		return true;
	return n->flags & NODE_CALLED && tree_exec(t, n->exec)->ts >= since;
}

static void
path_sum_add(struct path_sum *sum, const struct tree *t, const struct node *n,
    uint64_t since)
{
	uint64_t from, to;

	sum->count++;
	if (view_failed(n))
		sum->failed++;
	/* Of one that was there before and after, only that is known. */
	if (n->start && (n->start >= since || n->end) &&
	    tree_span(t, n, since, &from, &to)) {
		sum->wall += to - from;
		sum->self += tree_self(t, n, since);
	} else
		sum->no_wall++;
	if (knows_cpu(t, n, since))
		sum->cpu += n->usage.cpu;
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
		path_sum_add(&p->path[n->id].in[which], t, n, since);
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
	hash_index_free(&p->paths);
	hash_index_free(&p->names);
	buf_free(&p->text);
	*p = (struct paths){ 0 };
}
