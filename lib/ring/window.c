/* Strings on a stack, separated by the pointers to them. */
#include "ring/window.h"

#include <string.h>

/* A fetch that fails fills a number with zeros (copy_from_user(),
 * lib/usercopy.c), as do all up to the end of that page. */
#define FAULT 8

void
window_init(struct window *w, int argc, uint64_t argv0)
{
	w->argc = argc;
	w->argv0 = argv0;
	w->pointers = w->parts = w->next = 0;
	w->len = w->at = 0;
}

bool
window_wants(const struct window *w, int argc, uint64_t argv0, size_t from)
{
	if (w->argc != argc || w->argv0 != argv0 || w->parts == WINDOW_PARTS)
		return false;
	for (int i = 0; i < w->parts; i++)
		if (w->part[i].from == from)
			return false;
	return true;
}

/* Join a part to what is known, if one follows it. */
static bool
extend(struct window *w)
{
	for (int i = 0; i < w->parts; i++)
		if (w->part[i].from <= w->len && w->part[i].to > w->len) {
			w->len = w->part[i].to;
			return true;
		}
	return false;
}

void
window_add(struct window *w, size_t from, const char *bytes, size_t len)
{
	if (from > WINDOW_BYTES || w->parts == WINDOW_PARTS)
		return;
	if (len > WINDOW_BYTES - from)
		len = WINDOW_BYTES - from;
	memcpy(w->bytes + from, bytes, len);
	w->part[w->parts++] = (struct window_part){ from, from + len };
	while (extend(w))
		;
}

void
window_point(struct window *w, const uint64_t *pointer, int count)
{
	w->pointers = count < WINDOW_POINTERS ? count : WINDOW_POINTERS;
	memcpy(w->pointer, pointer, (size_t)w->pointers * sizeof *pointer);
}

/* The pointer to argument i; where there are no more, to the first string of
 * the environment, after the NULL. */
static int
slot_of(const struct window *w, int i)
{
	return i + (i == w->argc);
}

/* May string i begin at this byte? */
static bool
agrees(const struct window *w, int i, size_t at)
{
	int slot = slot_of(w, i);

	return slot >= w->pointers || w->pointer[slot] == w->argv0 + at ||
	    (i == w->argc && w->pointer[slot] == 0);
}

/* And does a pointer say that it does? */
static bool
is_proved(const struct window *w, int i)
{
	int slot = slot_of(w, i);

	return slot < w->pointers && w->pointer[slot] != 0;
}

/* Zeros that may be those of a fetch that failed. */
static bool
is_fault(const struct window *w, size_t at)
{
	size_t end = at;

	while (end < w->len && end - at < FAULT && w->bytes[end] == '\0')
		end++;
	return end == w->len || end - at == FAULT;
}

bool
window_next(struct window *w, const char **s, size_t *len)
{
	const char *nul;
	size_t end;

	if (w->next >= w->argc || w->pointers == 0 || w->argv0 == 0 ||
	    (w->argc < w->pointers && w->pointer[w->argc] != 0))
		return false;
	nul = memchr(w->bytes + w->at, '\0', w->len - w->at);
	if (!nul)
		return false;
	end = (size_t)(nul - w->bytes);
	if (!agrees(w, w->next, w->at) || !agrees(w, w->next + 1, end + 1) ||
	    (!is_proved(w, w->next + 1) && is_fault(w, end)))
		return false;
	*s = w->bytes + w->at;
	*len = end - w->at;
	w->at = end + 1;
	w->next++;
	return true;
}
