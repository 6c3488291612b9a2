/* Definitions, filters and formats of events, written to tracefs. */
#include "trace/probe_event.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "kernel/arch.h"
#include "kernel/buffer.h"
#include "kernel/dynevent.h"
#include "kernel/quirks.h"
#include "base/file.h"
#include "base/scan.h"

#define DEFINITION_MAX 4096 /* WRITE_BUFSIZE, kernel/trace/trace.h */

/* The kernel's last word on a command it refused: "... error: REASON". */
static void
kernel_reason(const struct instance *in, int e, struct error *error)
{
	struct buf log = { 0 };
	char *last = NULL, *command;

	/* error_log: 5.2+, Documentation/trace/ftrace.rst.  Only of commands
	 * of ours. */
	if (file_read_all(in->tracefs, "error_log", &log) == 0)
		for (char *p = log.data; (p = strstr(p, "error: ")); p++) {
			command = strchr(p, '\n');
			if (command &&
			    span_find(
				&(struct span){ command,
				    command + strcspn(command + 1, "\n") },
				in->group))
				last = p + strlen("error: ");
		}
	if (last)
		error_set(error, "%s (%.*s)", strerror(e),
		    (int)strcspn(last, "\n"), last);
	else
		error_set(error, "%s", strerror(e));
	buf_free(&log);
}

static int
format_learn(const struct instance *in, struct raw_event_table *table,
    enum raw_event_kind kind, const char *name, int place, int first, int count)
{
	char path[256], text[8192];

	snprintf(path, sizeof path, "events/%s/format", name);
	if (file_read(in->dir, path, text, sizeof text) < 0)
		return -1;
	return raw_event_learn(table, kind, text, place, first, count);
}

static int
event_define(
    const struct probe_event *e, const struct instance *in, struct error *error)
{
	struct buf b = { 0 };
	int r = -1;

	buf_printf(
	    &b, "%c:%s/%s ", e->at_return ? 'r' : 'p', in->group, e->name);
	buf_puts(&b, e->text);
	buf_add(&b, "\n", 2);
	if (b.failed || b.len > DEFINITION_MAX)
		error_set(error, "definition too long");
	else if (file_write(in->tracefs, e->file, b.data) == 0)
		r = 0;
	else
		kernel_reason(in, errno, error);
	buf_free(&b);
	return r;
}

int
probe_event_arm(const struct probe_event *e, const struct instance *in,
    struct raw_event_table *table, struct error *error)
{
	char event[2 * INSTANCE_NAME + 8];
	int r = 0;

	if (event_define(e, in, error) != 0)
		return -1;
	snprintf(event, sizeof event, "%s/%s", in->group, e->name);
	if (e->filter && !quirk_filters_shift())
		r = buffer_write(in, e->filter, "events/%s/filter", event);
	if (r == 0)
		r = format_learn(
		    in, table, e->kind, event, e->place, e->first, e->count);
	if (r == 0)
		r = buffer_write(in, "1", "events/%s/enable", event);
	if (r != 0)
		error_set(error, "%s: %m", event);
	return r;
}

int
probe_event_words(struct probe_event *e, const char *function, size_t first,
    size_t words, const struct instance *in, struct raw_event_table *events,
    struct error *error)
{
	struct buf b = { 0 };
	int r;

	buf_puts(&b, function);
	for (size_t i = 0; i < words; i++)
		buf_printf(&b, " s%zu=+%zu(%s):u64", i, first + 8 * i,
		    arch_first_argument());
	buf_putc(&b, '\0');
	e->text = b.data;
	r = b.failed ? error_memory(error) :
		       probe_event_arm(e, in, events, error);
	e->text = NULL;
	buf_free(&b);
	return r;
}

void
probe_event_forget(const struct instance *in, const char *name)
{
	char whole[INSTANCE_NAME + 8]; /* a name and a blank */

	buffer_write(in, "0", "events/%s/%s/enable", in->group, name);
	snprintf(whole, sizeof whole, "%s ", name);
	dynevent_delete(in->tracefs, in->group, whole);
}

int
tracepoint_arm(const struct instance *in, struct raw_event_table *table,
    enum raw_event_kind kind, const char *name, const char *filter)
{
	if (format_learn(in, table, kind, name, 0, 0, 0) != 0)
		return -1;
	/* What another program has left there would hide events. */
	if ((filter || in->top || in->adopted) &&
	    buffer_write(in, filter ? filter : "0", "events/%s/filter", name) !=
		0)
		return -1;
	return buffer_write(in, "1", "events/%s/enable", name);
}
