/* Programs, each shared by all processes that run it. */
#include "task/program.h"

#include <stdlib.h>
#include <string.h>

struct program {
	int owners;
	struct args args;
	const char *path;
	char bytes[];
};

struct program *
program_new(const struct event *e)
{
	size_t path = e->path ? strlen(e->path) + 1 : 0;
	struct program *k = malloc(sizeof *k + e->args.len + path);

	if (!k)
		return NULL;
	*k = (struct program){ .owners = 1, .args = e->args };
	k->args.text = k->bytes;
	k->args.seen = e->type == EVENT_EXEC;
	if (e->args.len)
		memcpy(k->bytes, e->args.text, e->args.len);
	if (path)
		k->path = memcpy(k->bytes + e->args.len, e->path, path);
	return k;
}

struct program *
program_share(struct program *k)
{
	if (k)
		k->owners++;
	return k;
}

void
program_release(struct program *k)
{
	if (k && --k->owners == 0)
		free(k);
}

void
program_get(const struct program *k, struct event *e)
{
	e->args = k ? k->args : (struct args){ .argc = -1 };
	e->path = k ? k->path : NULL;
}
