#include "tree_read.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "source.h"

static struct source source; /* too large for a stack */

static void
known(void *arg, const struct event *e)
{
	struct tree *t = arg;

	/* A recording of a subtree says so in its first lines. */
	if (source.root && !t->chosen) {
		t->chosen = true;
		t->choose = source.root;
	}
	tree_apply(t, e);
}

int
tree_read(struct tree *t, const char *name, struct tree_file *f, char *why)
{
	struct options opt = { .input = name };
	struct session_options session = { .execs = true,
		.exits = true,
		.usage = true,
		.keep = true,
		.args = INT_MAX,
		.known = known };
	enum source_result r = SOURCE_ERROR;
	struct event e;

	*f = (struct tree_file){ 0 };
	tree_init(t);
	if (source_open(&source, &opt, &session) == 0) {
		source.tasks.seen_arg = t;
		while ((r = source_next(&source, &e)) > SOURCE_END)
			if (r == SOURCE_EVENT && !f->from)
				f->from = e.ts;
	}
	t->from = source.armed;
	tree_finish(t, &source.tasks, source.ended);
	if (source.armed)
		f->from = source.armed;
	f->end = source.ended > f->from ? source.ended : f->from;
	f->lost = source.lost;
	f->lost_some = source.lost_some;
	f->truncated = source.truncated;
	f->unparsed = source.unparsed;
	if (r == SOURCE_ERROR)
		why_set(why, "%s", source.why);
	else if (t->failed)
		why_set(why, "%s: %s", name, strerror(ENOMEM));
	source_close(&source);
	return r == SOURCE_ERROR || t->failed ? -1 : 0;
}
