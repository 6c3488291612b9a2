/* Names of users, from passwd(5) or what else the C library asks: each of them
 * once, because that may take long. */
#include "cli/user.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"

#define NAMES 256 /* that are kept, by uid */

const char *
user_name(uint32_t uid)
{
	static struct {
		bool valid;
		uint32_t uid;
		char *name;
	} names[NAMES];
	const struct passwd *p;
	size_t i = uid % NAMES;

	if (names[i].valid && names[i].uid == uid)
		return names[i].name;
	free(names[i].name);
	p = getpwuid(uid);
	names[i].name = p ? strdup(p->pw_name) : NULL;
	names[i].uid = uid;
	names[i].valid = true;
	return names[i].name;
}

void
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

	if (name && *name)
		escape_word(b, name, strlen(name));
	else
		print_id(b, known, uid);
}
