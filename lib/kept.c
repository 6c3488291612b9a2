#include "kept.h"

#include <stdlib.h>
#include <string.h>

struct kept {
	int owners;
	struct args args;
	const char *path;
	char bytes[];
};

struct kept *
kept_new(const struct event *e)
{
	size_t path = e->path ? strlen(e->path) + 1 : 0;
	struct kept *k = malloc(sizeof *k + e->args.len + path);

	if (!k)
		return NULL;
	*k = (struct kept){ .owners = 1, .args = e->args };
	k->args.text = k->bytes;
	if (e->args.len)
		memcpy(k->bytes, e->args.text, e->args.len);
	if (path)
		k->path = memcpy(k->bytes + e->args.len, e->path, path);
	return k;
}

struct kept *
kept_share(struct kept *k)
{
	if (k)
		k->owners++;
	return k;
}

void
kept_release(struct kept *k)
{
	if (k && --k->owners == 0)
		free(k);
}

void
kept_lend(const struct kept *k, struct event *e)
{
	e->args = k ? k->args : (struct args){ .argc = -1 };
	e->path = k ? k->path : NULL;
}
