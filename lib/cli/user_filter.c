/* Which users are shown. */
#include "cli/user_filter.h"

#include <ctype.h>
#include <errno.h>

#include "cli/user.h"
#include "task/user.h"
#include "base/number.h"

static bool
find_user(const char *name, uint32_t *uid)
{
	int64_t n;
	char *end;

	if (isdigit((unsigned char)*name)) {
		n = number_parse(name, &end);
		*uid = (uint32_t)n;
		if (!*end)
			return n < UINT32_MAX;
	}
	return user_find(name, uid);
}

int
user_filter_parse(struct user_filter *f, const char *s, const char **why)
{
	bool exclude = *s == '!';
	uint32_t uid = 0;

	if (f->count == USER_FILTER_MAX) {
		*why = "at most 16 users are expected";
		return -1;
	}
	if (!find_user(s + exclude, &uid)) {
		*why = "the name or the number of a user is expected";
		return -1;
	}
	f->user[f->count].uid = uid;
	f->user[f->count++].exclude = exclude;
	f->includes |= !exclude;
	return 0;
}

int
user_filter_match(const struct user_filter *f, const struct event *e)
{
	bool included = !f->includes;
	uint32_t uid;

	if (!f->count)
		return 1;
	if (!user_of_event(e, USER_UID, &uid))
		return -1;
	for (int i = 0; i < f->count; i++)
		if (f->user[i].uid == uid) {
			if (f->user[i].exclude)
				return 0;
			included = true;
		}
	return included;
}
