/* Names and text of processes in an SVG file. */
#include "svg/svg.h"

#include <string.h>

#include "cli/columns.h"
#include "base/count.h"

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

void
svg_escaped(struct buf *b, const char *s, size_t len)
{
	static const char *const entity[] = { ['&'] = "&amp;",
		['<'] = "&lt;",
		['>'] = "&gt;",
		['"'] = "&quot;",
		['\''] = "&#39;" };

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c < COUNT(entity) && entity[c])
			buf_puts(b, entity[c]);
		else if (len - i >= 3 &&
		    (memcmp(s + i, "\xef\xbf\xbe", 3) == 0 ||
			memcmp(s + i, "\xef\xbf\xbf", 3) == 0)) {
			buf_puts(b, "\xef\xbf\xbd"); /* no XML characters */
			i += 2;
		} else
			buf_putc(b, (char)c);
	}
}
