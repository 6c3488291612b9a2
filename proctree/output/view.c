/* What several formats say in the same words. */
#include "output/view.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/columns.h"
#include "cli/json.h"
#include "base/count.h"

/* Escape the first character of what was printed. */
static void
escape_at(struct buf *b, size_t at)
{
	char rest[8];
	size_t n = b->len - at - 1;
	char c = b->data[at];

	if (!buf_room(b, sizeof rest))
		return;
	snprintf(rest, sizeof rest, "\\x%02x", (unsigned char)c);
	memmove(b->data + at + 4, b->data + at + 1, n);
	memcpy(b->data + at, rest, 4);
	b->len += 3;
}

/* Do bytes up to the ']' at their end look like our notes?  Words, and as the
 * last one "by" and what follows that. */
static bool
is_notes(const char *p, const char *end)
{
	const char *word = p;

	if (end - p < 2)
		return false;
	for (; p < end; p++) {
		if (*p == ' ' && p - word == 2 && memcmp(word, "by", 2) == 0)
			return true;
		if (*p == ',')
			word = p + 1;
		else if (*p != ']' && (*p < 'a' || *p > 'z'))
			return false;
	}
	return true;
}

/* A program can choose its arguments, but not look like a thread or a name in
 * brackets at the beginning of a line, nor like one of our notes at its end. */
static void
line_unforge(struct buf *b, size_t start)
{
	size_t at = b->len;
	char c;

	if (b->failed || b->len - start < 2)
		return;
	c = b->data[start];
	if (c == '{' || (c == '[' && b->data[start + 1] != ' '))
		escape_at(b, start);
	if (b->data[b->len - 1] != ']')
		return;
	at = b->len;
	while (--at > start)
		if (b->data[at] == '[' && b->data[at - 1] == ' ') {
			if (is_notes(b->data + at + 1, b->data + b->len))
				escape_at(b, at);
			return;
		}
}

void
view_line(
    const struct view *v, struct buf *b, const struct node *n, uint32_t exec)
{
	size_t start = b->len;
	struct event e;

	tree_program(v->tree, exec, &e);
	if (n->flags & NODE_THREAD || !exec || (!e.path && !e.args.count)) {
		buf_putc(b, n->flags & NODE_THREAD ? '{' : '[');
		print_comm(b, n->comm);
		buf_putc(b, n->flags & NODE_THREAD ? '}' : ']');
		return;
	}
	print_args(b, &e, INT_MAX, v->quote);
	if (!v->quote && !event_args_unsure(&e))
		line_unforge(b, start);
}

void
view_json_time(const struct view *v, struct buf *b, const char *name,
    bool known, uint64_t ts)
{
	json_seconds(b, name, known, ts);
	if (!known || !v->wall_offset)
		return;
	buf_printf(b, ",\"%s_time\":\"", name);
	print_time(b, ts + (uint64_t)v->wall_offset);
	buf_putc(b, '"');
}

void
view_offset(struct buf *b, uint64_t at, uint64_t since)
{
	if (at < since)
		buf_putc(b, '-');
	print_milliseconds(b, at < since ? since - at : at - since, 1);
}

bool
view_reparented(const struct view *v, const struct node *n, uint64_t *ts)
{
	const struct node *p = n->parent ? tree_node(v->tree, n->parent) : NULL;

	if (v->tree->untimed || !p || !p->end || p->flags & NODE_UNKNOWN ||
	    n->flags & (NODE_THREAD | NODE_LOST | NODE_ZOMBIE) ||
	    (v->tree->losses && !n->end) || (n->end && n->end <= p->end))
		return false;
	*ts = p->end;
	return true;
}

void
view_notes(const struct view *v, const struct node *n,
    const char *note[VIEW_NOTES + 1])
{
	static const struct {
		unsigned flag;
		const char *word;
	} words[] = { { NODE_ORPHAN, "orphan" }, { NODE_REPAIRED, "repaired" },
		{ NODE_UNKNOWN, "unknown" }, { NODE_LOST, "lost" },
		{ NODE_ZOMBIE, "zombie" } };
	int count = 0;
	uint64_t ts;

	if (view_reparented(v, n, &ts))
		note[count++] = "reparented";
	for (size_t i = 0; i < COUNT(words); i++)
		if (n->flags & words[i].flag)
			note[count++] = words[i].word;
	note[count] = NULL;
}

void
view_by(struct buf *b, const struct event_by *by)
{
	static const char *const words[] = { [BY_UNKNOWN] = "?",
		[BY_KERNEL] = "the kernel",
		[BY_OOM] = "the OOM killer",
		[BY_SELF] = "itself" };
	size_t at;

	if (by->why != BY_USER) {
		buf_puts(b, words[by->why]);
		return;
	}
	buf_printf(b, "%d ", by->pid);
	at = b->len;
	print_comm(b, by->comm);
	for (; !b->failed && at < b->len; at++)
		if (strchr("[],", b->data[at]))
			escape_at(b, at);
}

bool
view_put_notes(const struct view *v, struct buf *b, const struct node *n,
    const char *between)
{
	const char *note[VIEW_NOTES + 1];
	bool known = n->by.why != BY_UNKNOWN;

	view_notes(v, n, note);
	for (int i = 0; note[i]; i++)
		buf_printf(b, "%s%s", i ? between : "", note[i]);
	if (known) {
		buf_printf(b, "%sby ", note[0] ? between : "");
		view_by(b, &n->by);
	}
	return note[0] || known;
}

bool
view_failed(const struct node *n)
{
	return n->flags & NODE_ENDED && n->code > 0;
}

void
view_status(struct buf *b, const struct node *n)
{
	if (n->flags & NODE_ENDED)
		print_status(b, n->code);
	else
		buf_putc(b, n->flags & (NODE_LOST | NODE_ZOMBIE) ? '?' : '-');
}

const char *
view_program_name(const struct event *e, const char *comm, size_t *len)
{
	const char *name, *slash;

	name = e->args.count && !args_is_missing(&e->args, 0) ? e->args.text :
								e->path;
	if (!name || !*name) {
		*len = strlen(comm);
		return comm;
	}
	/* A title such as "sshd: root@pts/0" is no path. */
	*len = strlen(name);
	slash = memrchr(name, '/', *name == '/' ? *len : strcspn(name, " "));
	if (slash && slash[1]) {
		*len -= (size_t)(slash + 1 - name);
		name = slash + 1;
	}
	return name;
}

const char *
view_name(const struct view *v, const struct node *n, size_t *len)
{
	struct event e;

	tree_program(v->tree, n->flags & NODE_THREAD ? 0 : n->exec, &e);
	return view_program_name(&e, n->comm, len);
}

/* Columns that a character takes on a terminal: East Asian ones take two
 * (Unicode TR 11, the blocks that are wide as a whole). */
static int
width_of(uint32_t c)
{
	static const uint32_t wide[][2] = { { 0x1100, 0x115f },
		{ 0x2e80, 0xa4cf }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff },
		{ 0xfe30, 0xfe6f }, { 0xff00, 0xff60 }, { 0xffe0, 0xffe6 },
		{ 0x1f300, 0x1f64f }, { 0x1f900, 0x1f9ff },
		{ 0x20000, 0x3fffd } };

	for (size_t i = 0; i < COUNT(wide); i++)
		if (c >= wide[i][0] && c <= wide[i][1])
			return 2;
	return 1;
}

void
view_line_cut(const struct view *v, struct buf *b, size_t start)
{
	int columns = 0, room = v->width - 1;
	size_t end = start, n;
	uint32_t c;

	if (!v->cut || b->failed)
		return;
	for (size_t i = start; i < b->len; i += n ? n : 1) {
		n = utf8_next(b->data + i, b->len - i, &c);
		columns += n ? width_of(c) : 1;
		if (columns <= room)
			end = i + (n ? n : 1);
	}
	if (columns <= v->width)
		return;
	b->len = end;
	buf_puts(b, v->ascii ? "+" : "…");
}

void
view_add_mark(struct view *v, const struct event *e)
{
	buf_add(&v->marks, (const char *)&e->ts, sizeof e->ts);
	escape_text(&v->marks, e->path, strlen(e->path));
	buf_putc(&v->marks, '\0');
}

const char *
view_next_mark(const struct view *v, size_t *at, uint64_t *ts)
{
	const char *line;

	if (v->marks.failed || *at == v->marks.len)
		return NULL;
	memcpy(ts, v->marks.data + *at, sizeof *ts);
	line = v->marks.data + *at + sizeof *ts;
	*at += sizeof *ts + strlen(line) + 1;
	return line;
}
