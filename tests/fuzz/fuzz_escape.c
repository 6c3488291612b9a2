/*
 * Any bytes, made safe: what comes out is one line of printable UTF-8, and
 * escape_text can be reversed to the exact bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* No control character (C1 as well), no byte that is not UTF-8, and none that
 * changes the direction of a line. */
static void
check_line(const struct buf *b)
{
	uint32_t c;
	size_t n;

	if (b->failed)
		abort();
	for (size_t i = 0; i < b->len; i += n) {
		n = utf8_next(b->data + i, b->len - i, &c);
		if (n == 0 || c < 0x20 || (c >= 0x7f && c < 0xa0) ||
		    (c >= 0x200b && c <= 0x200f) ||
		    (c >= 0x2028 && c <= 0x202e) ||
		    (c >= 0x2066 && c <= 0x2069) || c == 0xfeff ||
		    (c >= 0xe0000 && c <= 0xe0fff))
			abort();
	}
}

static int
digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* Back to the bytes. */
static void
check_reversed(const struct buf *b, const uint8_t *data, size_t size)
{
	static const char names[] = "n\nt\tr\r\\\\";
	size_t done = 0;

	for (size_t i = 0; i < b->len; i++) {
		const char *p = b->data + i;
		uint8_t c = (uint8_t)*p;

		if (*p == '\\' && p[1] == 'x') {
			c = (uint8_t)(digit(p[2]) << 4 | digit(p[3]));
			i += 3;
		} else if (*p == '\\') {
			const char *name = names;

			while (*name && *name != p[1])
				name += 2;
			if (!*name)
				abort();
			c = (uint8_t)name[1];
			i++;
		}
		if (done == size || data[done++] != c)
			abort();
	}
	if (done != size)
		abort();
}

static void
check_json(const struct buf *b)
{
	check_line(b);
	if (b->len < 2 || b->data[0] != '"' || b->data[b->len - 1] != '"')
		abort();
	for (size_t i = 1; i < b->len - 1; i++) {
		if (b->data[i] == '"')
			abort();
		if (b->data[i] == '\\' && ++i == b->len - 1)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = malloc(size ? size : 1);
	struct buf b = { 0 };

	if (!s)
		abort();
	memcpy(s, data, size);
	escape_text(&b, s, size);
	check_line(&b);
	check_reversed(&b, data, size);
	b.len = 0;
	escape_word(&b, s, size);
	check_line(&b);
	check_reversed(&b, data, size);
	if (b.len && memchr(b.data, ' ', b.len))
		abort();
	b.len = 0;
	escape_shell(&b, s, size);
	check_line(&b);
	b.len = 0;
	escape_command(&b, s, size);
	check_line(&b);
	b.len = 0;
	escape_json(&b, s, size);
	check_json(&b);
	buf_free(&b);
	free(s);
	return 0;
}
