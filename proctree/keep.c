/*
 * -k: the last seconds of a trace that may take days.  A tree has all of its
 * processes, so none is made: what was written is drawn later.
 */
#include "keep.h"

#include <limits.h>
#include <string.h>

#include "base/escape.h"
#include "input/record.h"
#include "input/source.h"

/* tool.over: a command that failed is what the last seconds are wanted of. */
static void
keep_over(void *arg, const struct source *s)
{
	const struct tool *t = arg;
	const char *name = s->request->command ? s->request->command[0] : "";
	struct buf b = { 0 };

	if (!s->command.ended || !s->command.status)
		return;
	escape_text(&b, name, strlen(name));
	buf_printf(&b, ": exit %d", s->command.status);
	buf_putc(&b, '\0');
	if (!b.failed)
		writer_mark(t->source, s->ended, b.data);
	buf_free(&b);
}

int
keep_trace(struct tool *t)
{
	t->arg = t;
	t->over = keep_over;
	t->session.large = true;
	t->session.args = INT_MAX;
	return tool_run(t);
}
