/* Bytes that a traced process chose, made safe. */
#include "base/escape.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

size_t
utf8_next(const char *s, size_t len, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *u = (const unsigned char *)s;
	size_t n;

	if (len == 0)
		return 0;
	if (u[0] < 0x80) {
		*c = u[0];
		return 1;
	}
	n = 2;
	if (u[0] >= 0xe0)
		n = u[0] >= 0xf0 ? 4 : 3;
	if (u[0] < 0xc2 || u[0] > 0xf4 || n > len)
		return 0;
	*c = u[0] & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (u[i] & 0x3f);
	}
	if (*c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff))
		return 0;
	return n;
}

/*
 * Characters that cannot be seen or that turn the direction of the text around:
 * Default_Ignorable_Code_Point of Unicode 14 (DerivedCoreProperties.txt), as
 * printed by
 *
 *   perl -e 'for (0 .. 0x10ffff) { printf "%x\n", $_
 *       if chr =~ /\p{Default_Ignorable_Code_Point}/ }'
 *
 * Also control characters, line and paragraph separators, and annotations.
 */
static const struct {
	uint32_t first, last;
} unsafe_ranges[] = {
	{ 0x00, 0x1f },
	{ 0x7f, 0x9f },
	{ 0xad, 0xad },
	{ 0x34f, 0x34f },
	{ 0x61c, 0x61c },
	{ 0x115f, 0x1160 },
	{ 0x17b4, 0x17b5 },
	{ 0x180b, 0x180f },
	{ 0x200b, 0x200f },
	{ 0x2028, 0x202e },
	{ 0x2060, 0x206f },
	{ 0x3164, 0x3164 },
	{ 0xfe00, 0xfe0f },
	{ 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 },
	{ 0xfff0, 0xfffb },
	{ 0x1bca0, 0x1bca3 },
	{ 0x1d173, 0x1d17a },
	{ 0xe0000, 0xe0fff },
};

static bool
is_unsafe(uint32_t c)
{
	size_t i = 0;

	while (i < sizeof unsafe_ranges / sizeof *unsafe_ranges - 1 &&
	    c > unsafe_ranges[i].last)
		i++;
	return c >= unsafe_ranges[i].first && c <= unsafe_ranges[i].last;
}

/* The length of the character at s, and whether it is safe; where there is
 * none, or an unsafe one, that of its first byte. */
static size_t
safe_next(const char *s, size_t len, bool *safe)
{
	uint32_t c;
	size_t n = utf8_next(s, len, &c);

	*safe = n && !is_unsafe(c);
	return *safe ? n : 1;
}

static void
escape_byte(struct buf *b, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char x[4] = { '\\', 'x', hex[c >> 4], hex[c & 15] };

	if (c == '\n')
		buf_puts(b, "\\n");
	else if (c == '\t')
		buf_puts(b, "\\t");
	else if (c == '\r')
		buf_puts(b, "\\r");
	else
		buf_add(b, x, sizeof x);
}

void
escape_text(struct buf *b, const char *s, size_t len)
{
	bool safe;

	for (size_t i = 0, n; i < len; i += n) {
		n = safe_next(s + i, len - i, &safe);
		if (!safe) {
			escape_byte(b, (unsigned char)s[i]);
			continue;
		}
		if (s[i] == '\\')
			buf_putc(b, '\\');
		buf_add(b, s + i, n);
	}
}

/* Can a shell read it as it is?  *unsafe: it needs $''. */
static bool
is_plain(const char *s, size_t len, bool *unsafe)
{
	static const char others[] = "%+,-./:=@_";
	bool plain = len > 0 && s[0] != '=', safe;

	*unsafe = false;
	for (size_t i = 0, n; i < len; i += n) {
		n = safe_next(s + i, len - i, &safe);
		if (!safe)
			*unsafe = true;
		if (!isalnum((unsigned char)s[i]) &&
		    !memchr(others, s[i], sizeof others - 1))
			plain = false;
	}
	return plain;
}

static void
put_shell(struct buf *b, const char *s, size_t len, bool bare)
{
	bool unsafe, safe;

	if (is_plain(s, len, &unsafe) && bare) {
		buf_add(b, s, len);
		return;
	}
	buf_puts(b, unsafe ? "$'" : "'");
	for (size_t i = 0, n; i < len; i += n) {
		n = safe_next(s + i, len - i, &safe);
		if (!safe)
			escape_byte(b, (unsigned char)s[i]);
		else if (s[i] == '\'')
			buf_puts(b, unsafe ? "\\'" : "'\\''");
		else if (s[i] == '\\' && unsafe)
			buf_puts(b, "\\\\");
		else
			buf_add(b, s + i, n);
	}
	buf_putc(b, '\'');
}

void
escape_word(struct buf *b, const char *s, size_t len)
{
	const char *end = s + len, *space;

	while (s < end && (space = memchr(s, ' ', (size_t)(end - s)))) {
		escape_text(b, s, (size_t)(space - s));
		buf_puts(b, "\\x20");
		s = space + 1;
	}
	escape_text(b, s, (size_t)(end - s));
}

void
escape_shell(struct buf *b, const char *s, size_t len)
{
	put_shell(b, s, len, true);
}

void
escape_command(struct buf *b, const char *s, size_t len)
{
	static const char reserved[] = " case coproc do done elif else esac fi "
				       "for function if in select then time "
				       "until while ";
	char word[16];
	bool bare = !memchr(s, '=', len);

	/* bash takes such a word for a job, also in quotes (execute_cmd.c). */
	if (len > 0 && s[0] == '%')
		buf_puts(b, "nice -n 0 ");
	if (len + 3 <= sizeof word) {
		snprintf(word, sizeof word, " %.*s ", (int)len, s);
		bare = bare && !strstr(reserved, word);
	}
	put_shell(b, s, len, bare);
}

void
escape_json(struct buf *b, const char *s, size_t len)
{
	uint32_t c;

	buf_putc(b, '"');
	for (size_t i = 0, n; i < len; i += n) {
		n = utf8_next(s + i, len - i, &c);
		if (n == 0) {
			buf_printf(b, "\\udc%02x", (unsigned char)s[i]);
			n = 1;
		} else if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", (int)c);
		else if (is_unsafe(c) && c > 0xffff)
			buf_printf(b, "\\u%04x\\u%04x",
			    0xd7c0 + (unsigned)(c >> 10),
			    0xdc00 + (unsigned)(c & 0x3ff));
		else if (is_unsafe(c))
			buf_printf(b, "\\u%04x", (unsigned)c);
		else
			buf_add(b, s + i, n);
	}
	buf_putc(b, '"');
}
