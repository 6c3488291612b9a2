#include "probe_event.h"

#include <errno.h>
#include <string.h>

#include "buf.h"
#include "find.h"
#include "fmt.h"
#include "tracefs.h"
#include "why.h"

#define DEFINITION_MAX 4096 /* WRITE_BUFSIZE, kernel/trace/trace.h */

/* The kernel's last word on a command it refused: "... error: REASON". */
static void
kernel_reason(const struct instance *in, int e, char *why)
{
	struct buf log = { 0 };
	char *last = NULL, *command;

	/* error_log: 5.2+, Documentation/trace/ftrace.rst.  Only of commands
	 * of ours. */
	if (file_read_all(in->tracefs, "error_log", &log) == 0)
		for (char *p = log.data; (p = find_text(p, "error: ")); p++) {
			command = strchr(p, '\n');
			if (command &&
			    find_bytes(command, strcspn(command + 1, "\n"),
				in->group, strlen(in->group)))
				last = p + strlen("error: ");
		}
	if (last)
		why_set(why, "%s (%.*s)", strerror(e), (int)strcspn(last, "\n"),
		    last);
	else
		why_set(why, "%s", strerror(e));
	buf_free(&log);
}

static int
learn(const struct instance *in, struct kevent_table *table,
    enum kevent_kind kind, const char *name, int place, int first, int count)
{
	char path[256], text[8192];

	fmt_print(path, sizeof path, "events/%s/format", name);
	if (file_read(in->dir, path, text, sizeof text) < 0)
		return -1;
	return kevent_learn(table, kind, text, place, first, count);
}

static int
define(const struct probe_event *e, const struct instance *in, char *why)
{
	struct buf b = { 0 };
	int r = -1;

	buf_printf(
	    &b, "%c:%s/%s ", e->at_return ? 'r' : 'p', in->group, e->name);
	buf_puts(&b, e->text);
	buf_add(&b, "\n", 2);
	if (b.failed || b.len > DEFINITION_MAX)
		why_set(why, "definition too long");
	else if (file_write(in->tracefs, e->file, b.data) == 0)
		r = 0;
	else
		kernel_reason(in, errno, why);
	buf_free(&b);
	return r;
}

int
probe_event_arm(const struct probe_event *e, const struct instance *in,
    struct kevent_table *table, char *why)
{
	char event[INSTANCE_NAME + 32];
	int r = 0;

	if (define(e, in, why) != 0)
		return -1;
	fmt_print(event, sizeof event, "%s/%s", in->group, e->name);
	if (e->filter)
		r = instance_write(in, e->filter, "events/%s/filter", event);
	if (r == 0)
		r = learn(
		    in, table, e->kind, event, e->place, e->first, e->count);
	if (r == 0)
		r = instance_write(in, "1", "events/%s/enable", event);
	if (r != 0)
		why_set(why, "%s: %m", event);
	return r;
}

int
tracepoint_arm(const struct instance *in, struct kevent_table *table,
    enum kevent_kind kind, const char *name, const char *filter)
{
	if (learn(in, table, kind, name, 0, 0, 0) != 0)
		return -1;
	/* What somebody has left at the top level would hide events. */
	if ((filter || in->top) &&
	    instance_write(
		in, filter ? filter : "0", "events/%s/filter", name) != 0)
		return -1;
	return instance_write(in, "1", "events/%s/enable", name);
}
