#include "fmt.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

struct out {
	char *text;
	size_t size, len;
	va_list ap;
};

/* One conversion. */
struct spec {
	bool left, zero, negative;
	int width, precision, longs;
};

static void
put(struct out *o, const char *s, size_t n)
{
	if (o->len < o->size)
		memcpy(o->text + o->len, s,
		    n < o->size - o->len ? n : o->size - o->len);
	o->len += n;
}

static void
pad(struct out *o, char c, int n)
{
	for (; n > 0; n--)
		put(o, &c, 1);
}

static void
put_field(struct out *o, const struct spec *c, const char *s, size_t n)
{
	int blanks = c->width - (int)n - c->negative;

	if (!c->left && !c->zero)
		pad(o, ' ', blanks);
	if (c->negative)
		put(o, "-", 1);
	if (!c->left && c->zero)
		pad(o, '0', blanks);
	put(o, s, n);
	if (c->left)
		pad(o, ' ', blanks);
}

static void
put_number(struct out *o, struct spec *c, char kind)
{
	unsigned base = kind == 'x' ? 16 : 10;
	char digits[24], *p = digits + sizeof digits;
	unsigned long long n;

	if (kind == 'd') {
		long long d = c->longs == 0 ? va_arg(o->ap, int) :
		    c->longs == 1	    ? va_arg(o->ap, long) :
					      va_arg(o->ap, long long);

		c->negative = d < 0;
		n = d < 0 ? -(unsigned long long)d : (unsigned long long)d;
	} else
		n = c->longs == 0 ? va_arg(o->ap, unsigned) :
		    c->longs == 1 ? va_arg(o->ap, unsigned long) :
				    va_arg(o->ap, unsigned long long);
	do
		*--p = "0123456789abcdef"[n % base];
	while (n /= base);
	put_field(o, c, p, (size_t)(digits + sizeof digits - p));
}

static int
take_number(struct out *o, const char **p)
{
	int n = 0;

	if (**p == '*') {
		++*p;
		return va_arg(o->ap, int);
	}
	for (; **p >= '0' && **p <= '9'; ++*p)
		n = n * 10 + **p - '0';
	return n;
}

/* Write the conversion behind a %.  Returns what is behind it. */
static const char *
convert(struct out *o, const char *p)
{
	struct spec c = { .precision = -1 };
	const char *s;
	char byte;

	for (; *p == '-' || *p == '0'; p++)
		*(*p == '-' ? &c.left : &c.zero) = true;
	c.width = take_number(o, &p);
	if (c.width < 0) {
		c.left = true;
		c.width = -c.width;
	}
	if (*p == '.') {
		p++;
		c.precision = take_number(o, &p);
	}
	for (; *p == 'l' || *p == 'z'; p++)
		c.longs++;
	switch (*p) {
	case 's':
	case 'm':
		s = *p == 'm' ? strerror(errno) : va_arg(o->ap, const char *);
		if (!s)
			s = "(null)";
		put_field(o, &c, s,
		    c.precision < 0 ? strlen(s) :
				      strnlen(s, (size_t)c.precision));
		break;
	case 'c':
		byte = (char)va_arg(o->ap, int);
		put_field(o, &c, &byte, 1);
		break;
	case 'd':
	case 'u':
	case 'x':
		put_number(o, &c, *p);
		break;
	default:
		put(o, "%", 1);
		return *p == '%' ? p + 1 : p;
	}
	return p + 1;
}

int
fmt_vprint(char *text, size_t size, const char *format, va_list ap)
{
	struct out o = { .text = text, .size = size ? size - 1 : 0 };

	va_copy(o.ap, ap);
	while (*format) {
		size_t n = strcspn(format, "%");

		put(&o, format, n);
		format += n;
		if (*format)
			format = convert(&o, format + 1);
	}
	va_end(o.ap);
	if (size)
		text[o.len < o.size ? o.len : o.size] = '\0';
	return (int)o.len;
}

int
fmt_print(char *text, size_t size, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = fmt_vprint(text, size, format, ap);
	va_end(ap);
	return n;
}
