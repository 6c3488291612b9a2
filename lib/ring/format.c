/* The text of a format file, as the kernel prints it. */
#include "ring/format.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/scan.h"
#include "base/number.h"

#define RECORD_MAX (1 << 20) /* no field of a page lies beyond */

/* The number after "\t<key>:" before the end of the line, or -1. */
static long long
number_after(const char *line, const char *end, const char *key)
{
	size_t n = strlen(key);

	for (const char *p = line; p + n < end; p++)
		if (memcmp(p, key, n) == 0)
			return isdigit((unsigned char)p[n]) ?
			    number_parse(p + n, NULL) :
			    -1;
	return -1;
}

/* "field:__data_loc char[] path": the last word, without [N], is the name. */
static int
parse_declaration(struct field *f, const char *s, const char *end)
{
	const char *name, *stop = end;

	f->is_loc = end - s > 10 && memcmp(s, "__data_loc", 10) == 0;
	f->is_rel = end - s > 9 && memcmp(s, "__rel_loc", 9) == 0;
	if (memchr(s, '[', (size_t)(end - s)) && !f->is_loc && !f->is_rel)
		stop = memchr(s, '[', (size_t)(end - s));
	for (name = stop; name > s && name[-1] != ' ' && name[-1] != '*';)
		name--;
	if (name == stop || (size_t)(stop - name) >= FIELD_NAME)
		return -1;
	memcpy(f->name, name, (size_t)(stop - name));
	f->name[stop - name] = '\0';
	return 0;
}

/* By its C type, where the format does not say it (2.6.32). */
static bool
has_sign(const char *s, const char *end)
{
	if (memchr(s, '*', (size_t)(end - s)) || strncmp(s, "size_t", 6) == 0)
		return false;
	return strncmp(s, "unsigned", 8) != 0 &&
	    !(s[0] == 'u' && isdigit((unsigned char)s[1]));
}

static int
parse_field(struct field *f, const char *line, const char *end)
{
	const char *semi = memchr(line, ';', (size_t)(end - line));
	long long offset = number_after(line, end, "\toffset:");
	long long size = number_after(line, end, "\tsize:"), is_signed;

	if (!semi || offset < 0 || size < 0 || offset > RECORD_MAX ||
	    size > RECORD_MAX)
		return -1;
	f->offset = (size_t)offset;
	f->size = (size_t)size;
	is_signed = number_after(line, end, "\tsigned:");
	f->is_signed = is_signed < 0 ? has_sign(line, semi) : is_signed == 1;
	if (parse_declaration(f, line, semi) != 0)
		return -1;
	return (f->is_loc || f->is_rel) && f->size != 4 ? -1 : 0;
}

int
format_parse_header(struct format *f, const char *text)
{
	*f = (struct format){ .id = -1 };
	for (const char *l = text; *l; l = find_line(l)) {
		const char *end = l + strcspn(l, "\n");

		if (strncmp(l, "ID: ", 4) == 0)
			f->id = number_after(l, end, "ID: ") > UINT16_MAX ?
			    -1 :
			    (int)number_after(l, end, "ID: ");
		else if (strncmp(l, "\tfield:", 7) == 0 ||
		    strncmp(l, "\tfield: ", 8) == 0) {
			if (f->count == FORMAT_FIELDS)
				break;
			if (parse_field(&f->fields[f->count], l + 7, end)) {
				errno = EINVAL;
				return -1;
			}
			f->count++;
		}
	}
	if (f->count)
		return 0;
	errno = EINVAL;
	return -1;
}

int
format_parse(struct format *f, const char *text)
{
	if (format_parse_header(f, text) != 0)
		return -1;
	if (f->id > 0 && f->id <= UINT16_MAX)
		return 0;
	errno = EINVAL;
	return -1;
}

const struct field *
format_field(const struct format *f, const char *name)
{
	for (int i = 0; i < f->count; i++)
		if (strcmp(f->fields[i].name, name) == 0)
			return &f->fields[i];
	return NULL;
}

int64_t
field_int(const struct field *f, const void *record, size_t len)
{
	const char *p = (const char *)record + f->offset;
	int8_t b;
	int16_t h;
	int32_t w;
	int64_t d;

	if (f->offset > len || len - f->offset < f->size)
		return 0;
	switch (f->size) {
	case 1:
		memcpy(&b, p, 1);
		return f->is_signed ? b : (uint8_t)b;
	case 2:
		memcpy(&h, p, 2);
		return f->is_signed ? h : (uint16_t)h;
	case 4:
		memcpy(&w, p, 4);
		return f->is_signed ? w : (int64_t)(uint32_t)w;
	case 8:
		memcpy(&d, p, 8);
		return d;
	default:
		return 0;
	}
}

const char *
field_str(const struct field *f, const void *record, size_t len, size_t *n)
{
	size_t offset = f->offset, size = f->size;
	uint32_t loc;

	if (f->is_loc || f->is_rel) {
		if (offset > len || len - offset < 4)
			return NULL;
		memcpy(&loc, (const char *)record + offset, 4);
		offset = (loc & 0xffff) + (f->is_rel ? offset + 4 : 0);
		size = loc >> 16;
	}
	if (size == 0 || offset > len || len - offset < size)
		return NULL;
	*n = strnlen((const char *)record + offset, size);
	return (const char *)record + offset;
}
