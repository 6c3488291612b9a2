/* proctree --diff needs two trees, one after the other, and nothing live. */
#include "input/tree_read.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "input/source.h"

struct tree_reader {
	struct tree *tree;
	const struct source *source;
};

static void
tree_reader_apply(void *arg, const struct event *e)
{
	const struct tree_reader *r = arg;

	/* A recording of a subtree says so in its first lines. */
	if (r->source->root && !r->tree->chosen) {
		r->tree->chosen = true;
		r->tree->choose = r->source->root;
	}
	tree_apply(r->tree, e);
}

int
tree_read(
    struct tree *t, const char *name, struct tree_file *f, struct error *error)
{
	static struct source source; /* too large for a stack */
	struct tree_reader reader = { .tree = t, .source = &source };
	struct request request = {
		.input = name, .known = tree_reader_apply, .arg = &reader
	};
	struct session_options session = { .execs = true,
		.exits = true,
		.usage = true,
		.keep = true,
		.args = INT_MAX };
	enum source_result r = SOURCE_ERROR;
	struct event e;

	*f = (struct tree_file){ 0 };
	*t = (struct tree){ 0 };
	if (source_open(&source, &request, &session) == 0)
		while ((r = source_next(&source, &e)) > SOURCE_END)
			if (r == SOURCE_EVENT && !f->from)
				f->from = e.ts;
	t->from = source.armed;
	tree_finish(t, &source.tasks, source.ended);
	if (source.armed)
		f->from = source.armed;
	f->end = source.ended > f->from ? source.ended : f->from;
	memcpy(f->machine, source.machine, sizeof f->machine);
	f->losses = source.losses;
	f->truncated = source.truncated;
	f->unparsed = source.output.unparsed;
	f->first = source.output.first;
	if (r == SOURCE_ERROR)
		*error = source.error;
	else if (t->failed)
		error_set(error, "%s: %s", name, strerror(ENOMEM));
	source_close(&source);
	return r == SOURCE_ERROR || t->failed ? -1 : 0;
}
