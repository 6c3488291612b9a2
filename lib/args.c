#include "args.h"

#include <string.h>

bool
args_complete(const struct args_pieces *p, int want)
{
	int need = p->argc < want ? p->argc : want;

	if (p->argc < 0 || need > p->count)
		return false;
	for (int i = 0; i < need; i++)
		if (!p->piece[i].known)
			return false;
	return true;
}

void
args_join(
    struct args *a, struct buf *text, const struct args_pieces *p, int want)
{
	*a = (struct args){ .argc = p->argc };
	text->len = 0;
	for (int i = 0; i < p->count && i < p->argc && i < want; i++) {
		if (!p->piece[i].known)
			break;
		buf_add(text, p->bytes + p->piece[i].offset, p->piece[i].len);
		buf_putc(text, '\0');
		a->count++;
	}
	a->text = text->data;
	a->len = text->len;
	if (a->count == a->argc)
		a->state = ARGS_ALL;
	else
		a->state = a->count ? ARGS_CUT : ARGS_NONE;
}

/* Does argument i, which is s (or begins with it), agree with what the kernel
 * showed? */
static bool
agrees(
    const struct args_pieces *p, int i, const char *s, size_t len, bool begins)
{
	const struct args_piece *a;

	if (i >= p->count || !p->piece[i].known)
		return true;
	a = &p->piece[i];
	return (begins ? a->len >= len : a->len == len) &&
	    memcmp(p->bytes + a->offset, s, len) == 0;
}

bool
args_from_cmdline(struct args *a, struct buf *text, const char *cmdline,
    size_t len, bool whole, const struct args_pieces *p, int want)
{
	size_t shown = 0, pos = 0;
	int count = 0;

	while (pos < len) {
		size_t n = strnlen(cmdline + pos, len - pos);

		bool cut = pos + n == len; /* no NUL */

		if (cut && (whole || count == p->argc))
			return false;
		if (!agrees(p, count, cmdline + pos, n, cut))
			return false;
		if (cut)
			break;
		pos += n + 1;
		if (count++ < want)
			shown = pos;
	}
	if (count == 0 ||
	    (p->argc >= 0 && (whole ? count != p->argc : count > p->argc)))
		return false;
	text->len = 0;
	buf_add(text, cmdline, shown);
	*a = (struct args){ .text = text->data,
		.len = shown,
		.argc = p->argc < 0 && whole ? count : p->argc,
		.count = count < want ? count : want };
	a->state = a->count == a->argc ? ARGS_PROC : ARGS_CUT;
	return true;
}
