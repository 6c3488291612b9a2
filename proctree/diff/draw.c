/* A comparison of two traces, as text or JSON. */
#include "diff/draw.h"

#include <string.h>

#include "cli/columns.h"
#include "base/count.h"
#include "cli/json.h"

#define NAMES_SHOWN (2 * PATH_HEAD) /* of a path: half from both its ends */

static const struct {
	char sign;
	const char *word;
} kinds[] = { [SAME] = { '=', "same" },
	[ADDED] = { '+', "added" },
	[GONE] = { '-', "gone" },
	[CHANGED] = { '~', "changed" } };

/* ---- paths ---- */

/* The names of a path that are shown, from its root.  Returns how many; after
 * the first PATH_HEAD of them, *omitted are left out. */
static uint32_t
names_of(const struct comparison *c, const struct path *p,
    const struct path *name[NAMES_SHOWN], uint32_t *omitted)
{
	const struct path *head = &c->paths.path[p->head];
	uint32_t count = p->depth < NAMES_SHOWN ? p->depth : NAMES_SHOWN;

	*omitted = p->depth - count;
	for (uint32_t i = count; i > head->depth; i--) {
		name[i - 1] = p;
		p = &c->paths.path[p->parent];
	}
	for (uint32_t i = head->depth; i > 0; i--) {
		name[i - 1] = head;
		head = &c->paths.path[head->parent];
	}
	return count;
}

/* A name as one word, which is never one of our own. */
static void
put_name(const struct comparison *c, struct buf *b, const struct path *p)
{
	static const char *const ours[] = { "?", ">", "..." };
	size_t len;
	const char *s = paths_name(&c->paths, p, &len);

	if (len == 0)
		buf_putc(b, '?');
	for (size_t i = 0; i < COUNT(ours); i++)
		if (len == strlen(ours[i]) && memcmp(s, ours[i], len) == 0) {
			buf_printf(b, "\\x%02x", (unsigned char)*s++);
			len--;
			break;
		}
	escape_word(b, s, len);
	if (len == NAME_KEPT)
		buf_puts(b, " [...]");
}

void
comparison_path(const struct comparison *c, struct buf *b, const struct path *p)
{
	const struct path *name[NAMES_SHOWN];
	uint32_t omitted, count = names_of(c, p, name, &omitted);

	for (uint32_t i = 0; i < count; i++) {
		if (i)
			buf_puts(b, " > ");
		if (i == PATH_HEAD && omitted)
			buf_printf(b, "... %u more ... > ", omitted);
		put_name(c, b, name[i]);
	}
}

/* ---- -o text ---- */

/* Two columns of seconds: "-" without processes, "?" if it is known of none,
 * and a "+" after the sum if it is known of some. */
static void
put_seconds(struct buf *b, const uint64_t ns[2], const uint32_t unknown[2],
    const struct path *p)
{
	for (int i = 0; i < 2; i++)
		if (unknown[i] == p->in[i].count)
			buf_printf(b, "%8s  ", unknown[i] ? "?" : "-");
		else {
			print_milliseconds(b, ns[i], 4);
			buf_puts(b, unknown[i] ? "+ " : "  ");
		}
}

static void
put_line(const struct comparison *c, struct buf *b, const struct path *p)
{
	const struct path_sum *x = &p->in[0], *y = &p->in[1];

	buf_printf(b, "%c ", kinds[p->kind].sign);
	for (int i = 0; i < 2; i++)
		if (p->in[i].count)
			buf_printf(b, "%7u ", p->in[i].count);
		else
			buf_printf(b, "%7s ", "-");
	put_seconds(b, (uint64_t[]){ x->wall, y->wall },
	    (uint32_t[]){ x->no_wall, y->no_wall }, p);
	put_seconds(b, (uint64_t[]){ x->self, y->self },
	    (uint32_t[]){ x->no_wall, y->no_wall }, p);
	put_seconds(b, (uint64_t[]){ x->cpu, y->cpu },
	    (uint32_t[]){ x->no_cpu, y->no_cpu }, p);
	comparison_path(c, b, p);
	if (x->failed != y->failed)
		buf_printf(b, " [failed: %u, %u]", x->failed, y->failed);
	buf_putc(b, '\n');
}

int
comparison_text(void *comparison, struct buf *b, struct sink *sink)
{
	const struct comparison *c = comparison;

	if (!c->no_header)
		buf_printf(b, "%9s %7s %8s  %8s  %8s  %8s  %8s  %8s  %s\n",
		    "COUNT-A", "COUNT-B", "WALL-A", "WALL-B", "SELF-A",
		    "SELF-B", "CPU-A", "CPU-B", "PATH");
	for (size_t i = 0; i < c->listed; i++) {
		put_line(c, b, c->list[i]);
		if (sink_flush_some(sink, b) != 0)
			return -1;
	}
	return 0;
}

/* ---- -o json ---- */

static void
put_file(const struct comparison *c, struct buf *b, int i)
{
	const struct tree_file *f = &c->file[i];

	buf_puts(b, "{\"file\":");
	escape_json(b, c->name[i], strlen(c->name[i]));
	json_number(b, "processes", true, c->processes[i]);
	json_seconds(b, "elapsed", true, f->end - f->from);
	json_number(b, "lost", !f->losses.uncounted || f->losses.events,
	    f->losses.events);
	buf_printf(b, ",\"truncated\":%s", f->truncated ? "true" : "false");
	json_number(b, "unparsed", true, f->unparsed);
	buf_putc(b, '}');
}

static void
put_sum(struct buf *b, const struct path_sum *s)
{
	buf_printf(b, "{\"count\":%u,\"failed\":%u", s->count, s->failed);
	json_seconds(b, "wall", true, s->wall);
	json_seconds(b, "self", true, s->self);
	json_number(b, "unknown_wall", true, s->no_wall);
	json_seconds(b, "cpu", true, s->cpu);
	json_number(b, "unknown_cpu", true, s->no_cpu);
	buf_putc(b, '}');
}

static void
put_object(const struct comparison *c, struct buf *b, const struct path *p)
{
	const struct path *name[NAMES_SHOWN];
	uint32_t omitted, count = names_of(c, p, name, &omitted);
	const char *s;
	size_t len;

	buf_printf(b, "{\"change\":\"%s\",\"path\":[", kinds[p->kind].word);
	for (uint32_t i = 0; i < count; i++) {
		s = paths_name(&c->paths, name[i], &len);
		if (i)
			buf_putc(b, ',');
		if (len)
			escape_json(b, s, len);
		else
			buf_puts(b, "null");
	}
	buf_putc(b, ']');
	json_number(b, "omitted", true, omitted);
	buf_puts(b, ",\"a\":");
	put_sum(b, &p->in[0]);
	buf_puts(b, ",\"b\":");
	put_sum(b, &p->in[1]);
	buf_putc(b, '}');
}

int
comparison_json(void *comparison, struct buf *b, struct sink *sink)
{
	const struct comparison *c = comparison;

	for (int i = 0; i < 2; i++) {
		buf_puts(b, i ? ",\n\"b\":" : "{\"a\":");
		put_file(c, b, i);
	}
	buf_puts(b, ",\n\"least\":");
	print_seconds(b, c->least);
	for (int k = 0; k < KINDS; k++)
		json_number(b, kinds[k].word, true, c->number[k]);
	json_number(b, "hidden", true, c->hidden);
	buf_puts(b, ",\n\"paths\":[");
	for (size_t i = 0; i < c->listed; i++) {
		buf_puts(b, i ? ",\n" : "\n");
		put_object(c, b, c->list[i]);
		if (sink_flush_some(sink, b) != 0)
			return -1;
	}
	buf_puts(b, "\n]}\n");
	return 0;
}
