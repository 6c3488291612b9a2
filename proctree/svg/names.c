/* Names and text of processes in an SVG file. */
#include "svg/svg.h"

#include <string.h>

#include "cli/columns.h"

size_t
svg_whole(const char *s, size_t len, size_t max)
{
	size_t i = 0, n;
	uint32_t c;

	if (len <= max)
		return len;
	for (;; i += n) {
		n = utf8_next(s + i, len - i, &c);
		if (n == 1 && c == '\\' && i + 1 < len)
			n = s[i + 1] == 'x' ? 4 : 2;
		if (n == 0)
			n = 1;
		if (i + n > max)
			return i;
	}
}

unsigned
svg_name(const struct view *v, struct buf *b, const struct node *n, size_t max)
{
	size_t at = b->len, len;
	const char *name = view_name(v, n, &len);
	unsigned color = svg_color(name, len);

	escape_text(b, len ? name : "?", len ? len : 1);
	len = svg_whole(b->data + at, b->len - at, max);
	if (at + len < b->len) {
		b->len = at + len;
		buf_puts(b, "…");
	}
	return color;
}

/* What stands for a character in XML, NULL: itself. */
static const char *
entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void
svg_escaped(struct buf *b, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		const char *text = entity(s[i]);

		if (text)
			buf_puts(b, text);
		else if (len - i >= 3 &&
		    (memcmp(s + i, "\xef\xbf\xbe", 3) == 0 ||
			memcmp(s + i, "\xef\xbf\xbf", 3) == 0)) {
			buf_puts(b, "\xef\xbf\xbd"); /* no XML characters */
			i += 2;
		} else
			buf_putc(b, s[i]);
	}
}
