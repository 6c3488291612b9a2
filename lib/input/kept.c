/* Lines of a recording in chunks: a new one when the last is full, and the
 * first is freed when its lines have left. */
#include "input/kept.h"

#include <stdlib.h>
#include <string.h>

#include "events/recording.h"

#define CHUNK_SIZE (256u << 10)

/* Before the lines of each event. */
struct mark {
	uint64_t ts;
	size_t len;
};

struct kept_chunk {
	struct kept_chunk *next;
	size_t room, from, len; /* used: from from to len */
	char bytes[];
};

/* The lines of an event, the last newline of which becomes a NUL. */
static void
apply_lines(struct kept *k, char *line, size_t len)
{
	struct recording r = { 0 };
	struct event e;
	char *end;

	for (; len; len -= (size_t)(end - line), line = end) {
		end = (char *)memchr(line, '\n', len) + 1;
		end[-1] = '\0';
		if (recording_parse(&r, line, (size_t)(end - line) - 1, &e) <=
		    0)
			continue;
		if (e.type == EVENT_MACHINE) {
			k->looked = e.ts;
			k->machine = e.machine;
		}
		k->failed |= tasks_apply(&k->base, &e) != 0;
	}
}

static struct mark
first_mark(const struct kept_chunk *c)
{
	struct mark m;

	memcpy(&m, c->bytes + c->from, sizeof m);
	return m;
}

/* The oldest lines leave. */
static void
drop_first(struct kept *k)
{
	struct kept_chunk *c = k->first;
	struct mark m = first_mark(c);

	k->gone = m.ts;
	apply_lines(k, c->bytes + c->from + sizeof m, m.len);
	c->from += sizeof m + m.len;
	if (c->from < c->len)
		return;
	k->first = c->next;
	if (!k->first)
		k->newest = NULL;
	k->size -= c->room;
	free(c);
}

/* Make room for n bytes.  Returns NULL if there is none. */
static struct kept_chunk *
find_room(struct kept *k, size_t n)
{
	struct kept_chunk *c = k->newest;
	size_t room = n > CHUNK_SIZE ? n : CHUNK_SIZE;

	if (c && c->room - c->len >= n)
		return c;
	while (k->first && k->size + room > k->most)
		drop_first(k);
	c = k->size + room > k->most ? NULL : malloc(sizeof *c + room);
	if (!c)
		return NULL;
	*c = (struct kept_chunk){ .room = room };
	if (k->newest)
		k->newest->next = c;
	else
		k->first = c;
	k->newest = c;
	k->size += room;
	return c;
}

void
kept_add(struct kept *k, struct buf *b, const struct event *e)
{
	struct mark m = { .len = b->len };
	struct kept_chunk *c;

	k->failed |= b->failed;
	b->len = 0;
	if (b->failed || !m.len)
		return;
	/* A task has no time of its own.  What is a little late comes with what
	 * is before it. */
	if (e->type != EVENT_TASK && e->type != EVENT_MACHINE &&
	    e->ts > k->last)
		k->last = e->ts;
	if (e->type != EVENT_TASK && e->ts > k->mark)
		k->mark = e->ts;
	m.ts = k->mark;
	if (k->last > k->ns)
		kept_since(k, k->last);
	c = find_room(k, sizeof m + m.len);
	if (!c) {
		while (k->first)
			drop_first(k);
		k->gone = m.ts;
		apply_lines(k, b->data, m.len);
		return;
	}
	memcpy(c->bytes + c->len, &m, sizeof m);
	memcpy(c->bytes + c->len + sizeof m, b->data, m.len);
	c->len += sizeof m + m.len;
}

uint64_t
kept_since(struct kept *k, uint64_t now)
{
	uint64_t since = now > k->ns ? now - k->ns : 0;

	while (k->first && first_mark(k->first).ts < since)
		drop_first(k);
	return k->gone > since ? k->gone : since;
}

int
kept_each(
    const struct kept *k, int (*put)(void *, const char *, size_t), void *arg)
{
	struct mark m;
	int r = 0;

	for (const struct kept_chunk *c = k->first; c; c = c->next)
		for (size_t at = c->from; at < c->len && r == 0;
		     at += sizeof m + m.len) {
			memcpy(&m, c->bytes + at, sizeof m);
			r = put(arg, c->bytes + at + sizeof m, m.len);
		}
	return r;
}

void
kept_free(struct kept *k)
{
	struct kept_chunk *next;

	for (; k->first; k->first = next) {
		next = k->first->next;
		free(k->first);
	}
	tasks_free(&k->base);
	*k = (struct kept){ 0 };
}
