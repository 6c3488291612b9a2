/* What container engines call their cgroups. */
#include "cli/container.h"

#include <ctype.h>
#include <string.h>

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* Cut a prefix and a suffix off a span.  Returns false if it has not both, or
 * nothing between. */
static bool
cut(const struct span *s, const char *prefix, const char *suffix,
    struct span *middle)
{
	size_t before = strlen(prefix), after = strlen(suffix);

	if (span_len(s) <= before + after ||
	    memcmp(s->p, prefix, before) != 0 ||
	    memcmp(s->end - after, suffix, after) != 0)
		return false;
	*middle = (struct span){ s->p + before, s->end - after };
	return true;
}

static bool
ends_with(const struct span *s, const char *end, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(end - s->p) >= n && memcmp(end - n, word, n) == 0;
}

/* A run of 64 digits that is no part of a longer word. */
static bool
find_id(const struct span *component, struct span *id)
{
	const char *p = component->p, *end;

	for (; p < component->end; p = end + 1) {
		for (end = p; end < component->end && is_hex(*end);)
			end++;
		if (end - p != CONTAINER_ID)
			continue;
		if (p > component->p && isalnum((unsigned char)p[-1]))
			continue;
		if (end < component->end && isalnum((unsigned char)*end))
			continue;
		if (ends_with(component, p, "conmon-"))
			continue;
		*id = (struct span){ p, end };
		return true;
	}
	return false;
}

/* One that looks like none ("-"), or like one that is not known, is not made by
 * an engine, but by who wants to hide. */
static bool
is_name(const struct span *id)
{
	return isalnum((unsigned char)*id->p) || *id->p == '_';
}

static bool
find_name(
    const struct span *component, const struct span *before, struct span *id)
{
	struct span vm;

	if (span_is(before, "lxc") || span_is(before, "lxc.payload")) {
		*id = *component;
		return true;
	}
	if (cut(component, "lxc.payload.", "", id))
		return true;
	if (!span_is(before, "machine.slice") ||
	    cut(component, "machine-qemu\\x2d", ".scope", &vm))
		return false;
	return cut(component, "machine-", ".scope", id) ||
	    cut(component, "systemd-nspawn@", ".service", id);
}

bool
container_of(
    const struct span *component, const struct span *before, struct span *id)
{
	return find_id(component, id) ||
	    (find_name(component, before, id) && is_name(id));
}

bool
cgroup_component(const char **path, struct span *component)
{
	const char *p = *path + strspn(*path, "/");

	component->p = p;
	component->end = *path = p + strcspn(p, "/");
	return component->p < component->end;
}

static int
hex_value(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* A name, of which systemd has escaped bytes as \xHH. */
static void
put_name(struct buf *b, const struct span *name)
{
	for (const char *p = name->p; p < name->end; p++)
		if (name->end - p >= 4 && p[0] == '\\' && p[1] == 'x' &&
		    is_hex(p[2]) && is_hex(p[3]) &&
		    memcmp(p, "\\x00", 4) != 0) {
			buf_putc(
			    b, (char)(hex_value(p[2]) << 4 | hex_value(p[3])));
			p += 3;
		} else
			buf_putc(b, *p);
}

void
container_put(struct buf *b, const char *path)
{
	struct span component, before = { NULL, NULL }, id, last = before;

	if (!path) {
		buf_putc(b, '?');
		return;
	}
	while (cgroup_component(&path, &component)) {
		if (container_of(&component, &before, &id))
			last = id;
		before = component;
	}
	if (!last.p)
		buf_putc(b, '-');
	else if (find_id(&last, &id))
		buf_add(b, id.p, CONTAINER_SHORT);
	else
		put_name(b, &last);
}
