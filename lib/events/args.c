/* The argument vector of an exec, from its pieces. */
#include "events/args.h"

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
	uint32_t missing = 0;

	*a = (struct args){ .argc = p->argc };
	text->len = 0;
	for (int i = 0; i < p->count && i < p->argc && i < want; i++) {
		const struct args_piece *piece = &p->piece[i];

		if (!piece->known && i >= ARGS_MISSING)
			break;
		if (piece->known)
			buf_add(text, p->bytes + piece->offset, piece->len);
		else
			missing |= UINT32_C(1) << i;
		buf_putc(text, '\0');
		if (!piece->known)
			continue;
		a->count = i + 1;
		a->len = text->len;
		a->missing = missing;
	}
	text->len = a->len;
	a->text = text->data;
	if (a->count == a->argc && !a->missing)
		a->state = ARGS_ALL;
	else
		a->state = a->count ? ARGS_CUT : ARGS_NONE;
}

/* Does argument i, which is s or begins with it (cut), agree with what the
 * kernel showed? */
static bool
args_agree(
    const struct args_pieces *p, int i, const char *s, size_t len, bool cut)
{
	const struct args_piece *a;

	if (i >= p->count || !p->piece[i].known)
		return true;
	a = &p->piece[i];
	return (cut ? a->len >= len : a->len == len) &&
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
		if (!args_agree(p, count, cmdline + pos, n, cut))
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
		.argc = p->argc,
		.count = count < want ? count : want };
	if (p->argc < 0 && whole)
		a->argc = count;
	a->state = a->count == a->argc ? ARGS_PROC : ARGS_CUT;
	return true;
}
