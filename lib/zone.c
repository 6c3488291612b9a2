/* Files of tzfile(5), RFC 8536. */
#include "zone.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "fmt.h"
#include "tracefs.h"

#define HEADER	 44
#define FILE_MAX (64 << 10)

static uint32_t
be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static int64_t
time_at(const struct zone *z, size_t i)
{
	const unsigned char *p = z->times + 8 * i;

	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

/* Bytes of a header and what follows it, times being of a size; 0: it is no
 * header, or not all of it is there. */
static size_t
block_size(const unsigned char *p, size_t left, unsigned size)
{
	uint64_t n;

	if (left < HEADER || memcmp(p, "TZif", 4) != 0)
		return 0;
	n = HEADER + (uint64_t)be32(p + 32) * (size + 1) +
	    (uint64_t)be32(p + 36) * 6 + be32(p + 40) +
	    (uint64_t)be32(p + 28) * (size + 4) + be32(p + 24) + be32(p + 20);
	return n <= left ? (size_t)n : 0;
}

/* Take the second part, with 64 bits a time, and the rule behind it. */
static int
parse(struct zone *z)
{
	const unsigned char *p = (const unsigned char *)z->file.data;
	size_t left = z->file.len, n = block_size(p, left, 4);
	char *rule, *end;

	if (n == 0 || p[4] < '2')
		return -1;
	p += n;
	left -= n;
	n = block_size(p, left, 8);
	if (n == 0 || be32(p + 36) == 0)
		return -1;
	z->count = be32(p + 32);
	z->type_count = be32(p + 36);
	z->times = p + HEADER;
	z->kinds = z->times + 8 * z->count;
	z->types = z->kinds + z->count;
	rule = z->file.data + z->file.len - (left - n);
	if (left - n > 2 && *rule == '\n' &&
	    (end = memchr(rule + 1, '\n', left - n - 1))) {
		*end = '\0';
		z->ruled = zone_rule_parse(&z->rule, rule + 1) == 0;
	}
	return 0;
}

static int
read_file(struct zone *z, const char *name)
{
	const char *dir = getenv("TZDIR");
	char path[PATH_MAX], *bytes = buf_room(&z->file, FILE_MAX);
	ssize_t n;

	fmt_print(path, sizeof path, "%s/%s", dir ? dir : "/usr/share/zoneinfo",
	    name);
	n = bytes ?
	    file_read(AT_FDCWD, *name == '/' ? name : path, bytes, FILE_MAX) :
	    -1;
	if (n < 0)
		return -1;
	z->file.len = (size_t)n;
	return parse(z);
}

void
zone_open(struct zone *z, const char *tz)
{
	*z = (struct zone){ 0 };
	if (!tz)
		tz = "/etc/localtime";
	tz += *tz == ':';
	if (!*tz || read_file(z, tz) == 0)
		return;
	zone_close(z);
	z->ruled = zone_rule_parse(&z->rule, tz) == 0;
}

void
zone_close(struct zone *z)
{
	buf_free(&z->file);
	*z = (struct zone){ 0 };
}

int32_t
zone_offset(const struct zone *z, int64_t t)
{
	size_t low = 0, high = z->count, type;

	if (z->ruled && (z->count == 0 || t >= time_at(z, z->count - 1)))
		return zone_rule_offset(&z->rule, t);
	if (!z->types)
		return 0;
	while (low < high) { /* how many changes were before */
		size_t middle = (low + high) / 2;

		if (time_at(z, middle) <= t)
			low = middle + 1;
		else
			high = middle;
	}
	type = low ? z->kinds[low - 1] : 0;
	return type < z->type_count ? (int32_t)be32(z->types + 6 * type) : 0;
}

int32_t
zone_local(int64_t t)
{
	static struct zone zone;
	static const char *opened;
	static bool known;
	const char *tz = getenv("TZ");

	if (!known || tz != opened) { /* a test may set it anew */
		zone_close(&zone);
		zone_open(&zone, tz);
		opened = tz;
		known = true;
	}
	return zone_offset(&zone, t);
}
