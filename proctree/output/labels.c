/* What is known of processes of a tree, but needed by few formats only. */
#include "output/labels.h"

#include <stdlib.h>
#include <string.h>

#include "tree/tree.h"

uint32_t
labels_number(struct labels *l, const char *text)
{
	struct event e = { .path = text, .args.argc = -1 };
	uint32_t label = cmdline_table_add(&l->texts, &e);

	if (label != UINT32_MAX)
		return label;
	l->failed = true;
	return LABEL_NONE;
}

void
labels_set(struct labels *l, uint32_t node, uint32_t label)
{
	uint32_t room = l->room ? l->room : TREE_CHUNK, *of = l->of;

	while (room <= node)
		room *= 2;
	if (room != l->room) {
		of = realloc(of, room * sizeof *of);
		if (!of) {
			l->failed = true;
			return;
		}
		memset(of + l->room, 0, (room - l->room) * sizeof *of);
		l->of = of;
		l->room = room;
	}
	of[node] = label;
}

uint32_t
labels_of(const struct labels *l, uint32_t node)
{
	return node < l->room ? l->of[node] : LABEL_NONE;
}

const char *
labels_text(const struct labels *l, uint32_t node)
{
	struct event e;

	cmdline_table_get(&l->texts, labels_of(l, node), &e);
	return e.path;
}
