/*
 * Names of users, from passwd(5): the C library might ask a server, which takes
 * long, and whose processes would be in the trace.
 */
#include "cli/user.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/file.h"
#include "base/number.h"

#define NAMES 256 /* that are kept, by uid */

/* The file, read when it is needed for the first time. */
static const char *
passwd(void)
{
	static struct buf text;

	if (!text.data) {
		file_read_all(AT_FDCWD, "/etc/passwd", &text);
		buf_putc(&text, '\0');
	}
	return text.failed ? "" : text.data;
}

/* A line, which begins with the name: a password and the number follow. Returns
 * the length of the name, 0 if it is no such line. */
static size_t
parse_user(const char *line, uint32_t *uid)
{
	size_t len = strcspn(line, ":\n");
	const char *p = line + len;
	int64_t n;
	char *end;

	if (*p == ':')
		p += 1 + strcspn(p + 1, ":\n");
	if (*p != ':' || p[1] < '0' || p[1] > '9')
		return 0;
	n = number_parse(p + 1, &end);
	*uid = (uint32_t)n;
	return *end == ':' && n < UINT32_MAX ? len : 0;
}

/* The line of a name, or if that is NULL of a uid; *len is that of the name.
 * Returns NULL if there is none. */
static const char *
find_user(const char *name, uint32_t *uid, size_t *len)
{
	const char *line = passwd();
	uint32_t n;

	for (; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		*len = parse_user(line, &n);
		if (!*len ||
		    (name ? strlen(name) != *len || memcmp(name, line, *len) :
			    n != *uid))
			continue;
		*uid = n;
		return line;
	}
	return NULL;
}

bool
user_find(const char *name, uint32_t *uid)
{
	size_t len;

	return find_user(name, uid, &len) != NULL;
}

const char *
user_name(uint32_t uid)
{
	static struct {
		bool valid;
		uint32_t uid;
		char *name;
	} names[NAMES];
	size_t i = uid % NAMES, len;
	const char *line;

	if (names[i].valid && names[i].uid == uid)
		return names[i].name;
	free(names[i].name);
	line = find_user(NULL, &uid, &len);
	names[i].name = line ? strndup(line, len) : NULL;
	names[i].uid = uid;
	names[i].valid = true;
	return names[i].name;
}

static void
print_id(struct buf *b, bool known, uint32_t id)
{
	if (known)
		buf_printf(b, "%u", id);
	else
		buf_putc(b, '?');
}

void
print_user(struct buf *b, bool known, uint32_t uid)
{
	const char *name = known ? user_name(uid) : NULL;

	if (name)
		escape_word(b, name, strlen(name));
	else
		print_id(b, known, uid);
}
