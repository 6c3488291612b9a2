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

/* Does argument i, which is s, agree with what the kernel showed? */
static bool
agrees(const struct args_pieces *p, int i, const char *s, size_t len)
{
	return i >= p->count || !p->piece[i].known ||
	    (p->piece[i].len == len &&
		memcmp(p->bytes + p->piece[i].offset, s, len) == 0);
}

bool
args_from_cmdline(struct args *a, struct buf *text, const char *cmdline,
    size_t len, bool whole, const struct args_pieces *p, int want)
{
	size_t shown = 0, pos = 0;
	int count = 0;

	while (pos < len) {
		size_t n = strnlen(cmdline + pos, len - pos);

		if (pos + n == len)
			break; /* no NUL: cut, or overwritten */
		if (!agrees(p, count, cmdline + pos, n))
			return false;
		pos += n + 1;
		if (count++ < want)
			shown = pos;
	}
	if (count == 0 || (whole && pos != len) ||
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
