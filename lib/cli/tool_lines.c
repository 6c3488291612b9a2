/* A line for each event that a tool wants, as text or JSON. */
#include "cli/tool_lines.h"

#include "cli/columns.h"
#include "cli/json.h"
#include "cli/message.h"
#include "input/record.h"
#include "input/source.h"

void
tool_header(const struct tool *t, struct buf *b)
{
	if (t->header && !t->opt.no_header && !t->opt.json &&
	    !t->opt.request.stream) {
		if (t->opt.seconds)
			buf_printf(b, "%-16s ", "TIMEs");
		if (t->opt.wall)
			buf_printf(b, "%-31s ", "TIME");
		t->header(t->arg, b);
		buf_putc(b, '\n');
	} else if (!t->opt.request.input)
		complain(
		    "tracing%s", t->opt.request.command ? "" : ", Ctrl-C ends");
}

static void
put_times(const struct tool *t, struct buf *b, const struct event *e)
{
	size_t column = b->len;

	if (t->opt.seconds) {
		if (e->untimed)
			buf_putc(b, '?');
		else
			print_seconds(b, e->ts);
		while (b->len - column < 17)
			buf_putc(b, ' ');
	}
	if (t->opt.wall && t->source->wall_offset) {
		print_time(b, e->ts + (uint64_t)t->source->wall_offset);
		buf_putc(b, ' ');
	} else if (t->opt.wall)
		buf_printf(b, "%-31s ", "?");
}

/* A line of text or JSON. */
static void
put_record(const struct tool *t, struct buf *b, const struct event *e)
{
	if (t->opt.json) {
		if (t->json_all)
			buf_printf(b, "{\"event\":\"%s\"", t->json_event);
		else
			json_common(
			    b, e, t->json_event, t->source->wall_offset);
		t->json(t->arg, b, e);
		buf_putc(b, '}');
	} else {
		put_times(t, b, e);
		t->show(t->arg, b, e);
	}
	buf_putc(b, '\n');
}

/* A gap, where it happened, for programs that read the output. */
static void
put_lost(const struct tool *t, struct buf *b, const struct event *e)
{
	if (!t->opt.json || event_closes_gap(e))
		return;
	json_common(b, e, "lost", t->source->wall_offset);
	json_number(b, "lost", e->lost.count != 0, e->lost.count);
	buf_puts(b, "}\n");
}

/* Where a recording was asked for, and the line that did it. */
static void
put_mark(const struct tool *t, struct buf *b, const struct event *e)
{
	json_common(b, e, "mark", t->source->wall_offset);
	json_string(b, "line", e->path);
	buf_puts(b, "}\n");
}

/* -k: what is from start on is shown. */
static void
note_line(
    const struct tool *t, struct buf *b, size_t start, const struct event *e)
{
	if (!t->opt.request.keep || b->failed)
		return;
	b->data[b->len - 1] = '\0';
	writer_mark(t->source, e->ts, b->data + start);
	b->data[b->len - 1] = '\n';
}

void
tool_event(struct tool *t, struct buf *b, const struct event *e)
{
	size_t start = b->len;

	t->selected = t->selects ? t->selects(t->filter, e) : 1;
	if (e->type == EVENT_EXEC && t->selected == 0)
		return;
	if (t->wanted(t->arg, e)) {
		if (t->selected > 0) {
			put_record(t, b, e);
			note_line(t, b, start, e);
		}
		t->unsure += t->selected < 0;
	} else if (e->type == EVENT_LOST)
		put_lost(t, b, e);
	else if (e->type == EVENT_MARK && t->opt.json)
		put_mark(t, b, e);
}
